/** From what is optional to what is not: each leaves less of an expression. */
const STEPS: readonly (readonly [RegExp, string])[] = [
  [/^\^|(?<!\\)\$$/g, ''],
  // Parts and characters that may be missing.
  [/\(\?:[^()]*\)(?:[?*]|\{0,\d*\})/g, ''],
  [/(?:\[(?:\\.|[^\]])*\]|\\?[^()])(?:[?*]|\{0,\d*\})/g, ''],
  // The first alternative.
  [/\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)/g, '$1'],
  [/\\d|\[0-9\]/g, '0'],
  [/\\w|\[a-zA?-?z?Z?[^\]]*\]/g, 'a'],
  [/(?<!\\)\./g, 'a'],
  [/\+|\{1,\d*\}/g, ''],
  [/\\(.)/g, '$1'],
];

/** A text that matches a simple expression, such as that of a prefix or of a template; undefined for any other. */
export const textMatching = (pattern: string | undefined): string | undefined => {
  if (pattern === undefined) return undefined;
  let text = pattern;
  for (const [part, replacement] of STEPS) text = text.replace(part, replacement);
  return matches(pattern, text) ? text : undefined;
};

const matches = (pattern: string, text: string): boolean => {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return false;
  }
};
