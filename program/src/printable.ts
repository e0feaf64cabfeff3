/**
 * Characters that act on a terminal, hide text or reorder it: controls (C0, DEL, C1), line and paragraph separators,
 * format characters (zero-width, bidi, tags), everything else that Unicode says to display as nothing, and lone
 * surrogates.
 */
const UNSAFE = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}`;

const UNSAFE_CHARACTER = new RegExp(`[${UNSAFE}]`, 'gu');

/** One word that cannot be confused with the next field of a line. */
const PLAIN = new RegExp(`^[^\\s"${UNSAFE}]+$`, 'u');

/** As JSON writes it: two escapes for a character of two UTF-16 units. */
const escaped = (character: string): string =>
  character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Text from outside, safe within a line: what would act on the terminal or be invisible is shown as `\u001b`. */
export const printable = (text: string): string => text.replace(UNSAFE_CHARACTER, escaped);

/** Text from outside as one field of a line: as it is when it is one plain word, else as a JSON string. */
export const field = (text: string): string => (PLAIN.test(text) ? text : printable(JSON.stringify(text)));
