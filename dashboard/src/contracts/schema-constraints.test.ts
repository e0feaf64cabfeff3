import { expect, it } from '@jest/globals';
import { constraintsOf } from './schema-constraints.js';

it.each([
  [{ minimum: 1, exclusiveMaximum: 9 }, ['at least 1', 'less than 9']],
  [{ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, ['at least 0']],
  [{ pattern: '^a$&' }, ['matches ^a$&']],
  [{ pattern: '^a', format: 'date-time' }, ['format date-time']],
  [{ uniqueItems: true, items: { maxLength: 3 } }, ['no item twice', 'each length at most 3']],
  [{ 'x-undecidable': 'a refinement' }, ['and more that only the server checks: a refinement']],
  [true, []],
])('constraintsOf %j are %j', (schema, constraints) => {
  expect(constraintsOf(schema)).toEqual(constraints);
});
