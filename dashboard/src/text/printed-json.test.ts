import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { printedJson } from './printed-json.js';
import { boundedText } from './bounded-text.js';

describe('a printed JSON value', () => {
  it('is what JSON.stringify writes, when it fits', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(printedJson(value, 1_000_000)).toEqual({ text: JSON.stringify(value, null, 2), isCut: false });
      }),
    );
  });

  it('is cut where it is full', () => {
    expect(printedJson([1, 2, 3], 5)).toEqual({ text: '[\n  1', isCut: true });
  });

  it.each([[['"'.repeat(100)]], [{ ['"'.repeat(100)]: 1 }], ['x'.repeat(100)], ['😀'.repeat(100)]])(
    'is the beginning of what JSON.stringify writes: %j',
    (value) => {
      const whole = JSON.stringify(value, null, 2);
      for (let most = 0; most < whole.length; most++) {
        expect(printedJson(value, most)).toEqual({ text: whole.slice(0, most), isCut: true });
      }
    },
  );

  it('does not grow with the depth of a value', () => {
    const deep = JSON.parse('['.repeat(2_000) + ']'.repeat(2_000)) as unknown;
    expect(printedJson(deep, 1_000).text).toHaveLength(1_000);
  });
});

it('a text that is cut keeps its pairs of surrogates', () => {
  expect(boundedText('ab😀', 3)).toEqual({ text: 'ab', rest: 2 });
  expect(boundedText('ab😀', 4)).toEqual({ text: 'ab😀', rest: 0 });
});
