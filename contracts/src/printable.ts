/**
 * Characters that act on a terminal, hide text or reorder it: controls (C0, DEL, C1), line and paragraph separators,
 * format characters (zero-width, bidi, tags), everything else that Unicode says to display as nothing (`DI`), and lone
 * surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;

/** As JSON writes it: two escapes for a character of two UTF-16 units. */
const escaped = (character: string): string =>
  character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Text from outside, safe within a line: what would act on the terminal or be invisible is shown as `\u001b`. */
export const printable = (text: string): string => text.replace(UNSAFE, escaped);
