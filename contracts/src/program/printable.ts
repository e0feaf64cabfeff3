/**
 * Characters that act on a terminal or hide what stands in a line: control characters (C0, DEL, C1),
 * the separators that some programs take for a line break, and the controls of text direction.
 */
const ACTING = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** One word that cannot be taken for the next field of a line. */
const PLAIN = /^[^\s"\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+$/u;

/** Text from outside as it may stand in a line: what would act on the terminal is shown as `\u001b`. */
export const printable = (text: string): string =>
  text.replace(ACTING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Text from outside as one field of a line: as it is when it is one plain word, else as a JSON string. */
export const field = (text: string): string => (PLAIN.test(text) ? text : printable(JSON.stringify(text)));
