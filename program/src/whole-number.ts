import * as z from 'zod';

interface Range {
  readonly least: number;
  /** Default: the largest that is exact. */
  readonly most?: number;
  /** What is expected instead of anything else. */
  readonly error: string;
}

/** A variable that is a whole number, written in decimal digits. */
export const wholeNumber = ({ least, most = Number.MAX_SAFE_INTEGER, error }: Range) =>
  z
    .string({ error })
    .regex(/^\d+$/, { error })
    .transform(Number)
    .pipe(z.number({ error }).min(least, { error }).max(most, { error }));

/** `PORT`. */
export const portVariable = (usual: number) =>
  wholeNumber({ least: 0, most: 65_535, error: 'expected a port, 0 to 65535' }).default(usual);
