/** Separates groups of digits somewhere. */
const SEPARATORS = /[\s.,'’_]/g;

/** Whether somebody typed a count, with or without separators of thousands. */
export const isTypedCount = (typed: string, count: number): boolean =>
  typed.trim().replace(SEPARATORS, '') === String(count);
