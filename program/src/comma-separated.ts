import * as z from 'zod';

/** A list in one variable: separated by commas, spaces around them ignored. */
export const commaSeparated = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
