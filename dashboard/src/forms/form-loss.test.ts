import { expect, it } from '@jest/globals';
import { formLoss } from './form-loss.js';

it.each<[object, unknown]>([
  [{}, { a: ['b\nc'], construct: 1 }],
  [{ enum: ['s'] }, 's'],
  [{ enum: ['s'] }, undefined],
])('a form of %j loses nothing of %j', (schema, payload) => {
  expect(formLoss({ ...schema }, payload)).toBeUndefined();
});

it.each<[object, unknown, string]>([
  [{}, ['a\rb'], 'line breaks'],
  [{}, JSON.parse('{"a":[{"__proto__":1}]}'), 'named as'],
  [{}, { constructor: 1 }, 'named as'],
  [{ enum: ['s'] }, 'xl', 'none of those'],
])('a form of %j is not good for %j', (schema, payload, reason) => {
  expect(formLoss({ ...schema }, payload)).toContain(reason);
});
