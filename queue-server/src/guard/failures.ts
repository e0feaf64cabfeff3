import type { AnyFailure } from '@typed-queue/contracts';
import { FAILURE_CODE, letterCodes, MAX_FAILURE_DATA, UNDECLARED } from '@typed-queue/contracts/wire';
import * as z from 'zod';
import { findUnfit } from './payload-guard.js';

/** Of a declared failure, or of any dead letter. */
export const failureCode = z
  .string()
  .regex(FAILURE_CODE, { error: 'expected a small letter, then up to 62 small letters, digits or _' });

/** Codes of dead letters that no declared failure is of. */
const OTHER_CODES: ReadonlySet<string> = new Set([...letterCodes, UNDECLARED]);

/** What a handler says of a message that failed in a declared way. */
export const declaredFailure: z.ZodType<AnyFailure> = z.object({
  code: failureCode.refine((code) => !OTHER_CODES.has(code), { error: 'this code is reserved' }),
  data: z
    .unknown()
    .superRefine((data, context) => {
      const message = findUnfit(data) ?? tooLong(data);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .exactOptional(),
});

const tooLong = (data: unknown): string | undefined => {
  if (data === undefined) return undefined;
  const { length } = JSON.stringify(data);
  return length <= MAX_FAILURE_DATA
    ? undefined
    : `it has ${length} characters as JSON, more than ${MAX_FAILURE_DATA}`;
};
