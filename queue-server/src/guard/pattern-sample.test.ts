import { expect, it } from '@jest/globals';
import { textMatching } from './pattern-sample.js';

it.each([
  ['^x_', 'x_'],
  ['^x_\\d+$', 'x_0'],
  ['^a-?\\d+(?:\\.\\d+)?$', 'a0'],
  ['^(?:b|c)[0-9]$', 'b0'],
  ['^a.{1,}\\.b$', 'aa.b'],
  ['\\$', '$'],
])('%s is matched by %j', (pattern, text) => {
  expect(textMatching(pattern)).toBe(text);
});

it.each(['^(?!a)b{3}$', '('])('none is found for %s', (pattern) => {
  expect(textMatching(pattern)).toBeUndefined();
});
