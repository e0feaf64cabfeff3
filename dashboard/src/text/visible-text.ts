/** Text as a page may show it: what has no glyph, or would move its neighbours, is named instead. */
export interface Segment {
  readonly text: string;
  /** `text` is the name of a character: U+202E. */
  readonly isNamed: boolean;
}

/** Control (but tab and line feed), format (bidirectional, zero width, tags), line and paragraph separators, lone surrogates. */
const UNSEEN = /((?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}])/u;

const nameOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const segmentOf = (part: string): Segment =>
  UNSEEN.test(part) ? { text: nameOf(part), isNamed: true } : { text: part, isNamed: false };

/** A page is slow when it has very many: what follows them is one text. */
const MOST_NAMED = 1_000;

export const segmentsOf = (text: string): readonly Segment[] => {
  const parts = text.split(UNSEEN);
  const rest = parts.splice(2 * MOST_NAMED).map((part) => (UNSEEN.test(part) ? `<${nameOf(part)}>` : part));
  return [...parts.filter((part) => part !== '').map(segmentOf), ...textSegments(rest.join(''))];
};

/** The names of such characters in the texts of a value, each once. */
export const unseenNames = (value: unknown): readonly string[] => {
  const all = new RegExp(UNSEEN, 'gu');
  return [...new Set(textsOf(value).flatMap((text) => text.match(all) ?? []))].map(nameOf);
};

const textsOf = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => [name, ...textsOf(inner)]);
};

const textSegments = (text: string): readonly Segment[] => (text === '' ? [] : [{ text, isNamed: false }]);
