import { describe, expect, it } from '@jest/globals';
import { selectionAfter } from './selection.js';

describe('selectionAfter', () => {
  it('adds what is selected', () => {
    expect(selectionAfter(new Set([1]), [1, 2], true)).toEqual(new Set([1, 2]));
  });

  it('removes what is not selected any more', () => {
    expect(selectionAfter(new Set([1, 2, 3]), [1, 3], false)).toEqual(new Set([2]));
  });
});
