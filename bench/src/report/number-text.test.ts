import { expect, it } from '@jest/globals';
import { numberText } from './number-text.js';

it.each([
  [124_234, '124,200'],
  [809.4, '809'],
  [23.44, '23.4'],
  [1.0666, '1.07'],
  [0.236, '0.24'],
  [NaN, '–'],
])('%d is written as %s', (value, text) => expect(numberText(value)).toBe(text));
