import { expect, it } from '@jest/globals';
import { bearerToken } from './bearer-token.js';

it.each([
  ['Bearer abc', 'abc'],
  ['bearer   a.b-c', 'a.b-c'],
  ['Basic abc', undefined],
  ['Bearer ', undefined],
  ['Bearer a b', undefined],
  ['Bearer \u00e9', undefined],
  [undefined, undefined],
])('of %j the token is %j', (authorization, token) => {
  expect(bearerToken(authorization)).toBe(token);
});
