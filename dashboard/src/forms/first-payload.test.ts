import { expect, it } from '@jest/globals';
import { firstPayload } from './first-payload.js';

it.each([
  [{ type: 'string' }, ''],
  [{ type: 'array' }, []],
  [{ type: ['null', 'string'] }, null],
  [{ type: 'object' }, {}],
  [{ anyOf: [{ type: 'object' }] }, {}],
  [{ oneOf: [{ type: 'array' }] }, []],
  [{ type: 'string', const: 'x' }, 'x'],
  [{ enum: ['a', 'b'] }, 'a'],
  [{}, {}],
])('the text of a payload of %j begins with %j', (schema, payload) => {
  expect(firstPayload(schema)).toEqual(payload);
});
