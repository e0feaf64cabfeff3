import { expect } from '@jest/globals';
import {
  contract as system,
  defineQueue,
  QueueError,
  type ErrorBody,
  type PayloadSchema,
} from '@typed-queue/contracts';
import * as z from 'zod';
import { Guard } from './guard.js';
import { ServedSchemas } from './served-schemas.js';

const throwing: PayloadSchema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: () => {
      throw new TypeError('a bug in a schema');
    },
  },
};

/** The system's own queues, one that takes any payload, one whose schema fails, and one whose schema changes a value. */
const contract = {
  ...system,
  anything: defineQueue('anything', { events: { said: z.unknown() } }),
  broken: defineQueue('broken', { events: { said: throwing } }),
  trimmed: defineQueue('trimmed', { events: { said: z.strictObject({ text: z.string().trim() }) } }),
};
const { scans } = await ServedSchemas.open(contract);

export const guard = new Guard(contract, { scans });
/** Parses every payload. */
export const parsingGuard = new Guard(contract);

export const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };

/** The error with which outside input is refused; anything else that is thrown is a bug. */
export const refusalOf = (run: () => unknown): ErrorBody | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof QueueError) return error.toJSON();
    throw error;
  }
};

/** JSON that no recursive reader can follow. */
export const deepText = (depth = 10_000): string => '['.repeat(depth) + ']'.repeat(depth);
export const deepValue = (depth?: number): unknown => JSON.parse(deepText(depth));

/** A refusal says which request it is of and, in the text, what is wrong. */
export const refused = (
  parse: (input: unknown) => unknown,
  input: unknown,
  what: string,
  text: RegExp,
): void => {
  const refusal = refusalOf(() => parse(input));
  expect(refusal).toMatchObject({
    code: 'request_invalid',
    message: expect.stringMatching(text),
    details: { issues: expect.any(Array) },
    retryable: false,
  });
  expect(refusal?.message).toContain(`The ${what} is not valid.`);
  expect(JSON.stringify(refusal).length).toBeLessThan(4_000);
};
