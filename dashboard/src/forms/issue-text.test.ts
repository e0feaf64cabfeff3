import { expect, it } from '@jest/globals';
import { payloadIssues } from './payload-issues.js';

it.each<[object, unknown, string]>([
  [{ type: 'number' }, 'x', 'must be a number'],
  [{ type: ['string', 'null'] }, 1, 'must be text or nothing'],
  [{ const: 'a' }, 'b', 'must be "a"'],
  [{ enum: ['a', 'b'] }, 'c', 'must be one of "a", "b"'],
  [{ anyOf: [{ type: 'number' }, { type: 'boolean' }] }, 'x', 'matches none of its variants'],
  [{ minLength: 1 }, '', 'must have at least 1 character'],
  [{ maxLength: 2 }, 'abc', 'must have at most 2 characters'],
  [{ minItems: 1 }, [], 'must have at least 1 item'],
  [{ maxItems: 1 }, [1, 2], 'must have at most 1 item'],
  [{ uniqueItems: true }, [1, 1], 'must not have the same item twice'],
  [{ minimum: 5 }, 1, 'must be at least 5'],
  [{ maximum: 5 }, 9, 'must be at most 5'],
  [{ exclusiveMinimum: 0 }, 0, 'must be more than 0'],
  [{ exclusiveMaximum: 5 }, 5, 'must be less than 5'],
  [{ multipleOf: 2 }, 3, 'must be a multiple of 2'],
  [{ pattern: '^a' }, 'b', 'is not written as it must be (it does not match the pattern of this field)'],
  [{ format: 'email' }, 'b', 'must be written as email'],
  [{ properties: { a: false } }, { a: 1 }, 'is not a field of this event'],
])('by %j, %j %s', (schema, payload, message) => {
  expect(payloadIssues({ ...schema }, payload).map((issue) => issue.message)).toEqual([message]);
});
