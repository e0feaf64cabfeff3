const DECIMAL = /^\d+(?:\.\d+)?$/;

/** A number in decimal digits, such as `10` or `0.5`; NaN: it is none. */
export const decimal = (text: string): number => (DECIMAL.test(text) ? Number(text) : NaN);
