import type * as z from 'zod';

/** A variable that is of no use without another one, or without a value of it. */
export const usedOnly = <T extends z.ZodType>(type: T, isUsed: boolean, without: string) =>
  type.refine((value) => value === undefined || isUsed, { error: `of no use without ${without}` });
