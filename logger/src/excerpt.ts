import { printable } from '@typed-queue/program';

const HIGH_SURROGATE_LAST = /[\uD800-\uDBFF]$/;

/** At most so many characters of a text; what was cut off is shown as `…`. */
export const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(HIGH_SURROGATE_LAST, '')}…`;

/** A value as compact JSON, at most so many characters of it. */
export const excerpt = (value: unknown, max: number): string =>
  cut(value === undefined ? '(none)' : printable(JSON.stringify(value)), max);
