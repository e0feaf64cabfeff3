import { describe, expect, it } from '@jest/globals';
import { KeyExclusion } from './key-exclusion.js';

const held = (): AbortSignal => new AbortController().signal;

describe('what sees whether a key is handled twice at once', () => {
  it('names a handling that begins while another one holds its lease', () => {
    const exclusion = new KeyExclusion();
    exclusion.begin('a', 1, held());
    exclusion.begin('a', 2, held());
    expect(exclusion.collisions).toEqual([{ key: 'a', seqs: [1, 2] }]);
  });

  it('has nothing against one after the other', () => {
    const exclusion = new KeyExclusion();
    exclusion.begin('a', 1, held())();
    exclusion.begin('a', 2, held());
    expect(exclusion.collisions).toEqual([]);
  });

  it('has nothing against one whose holder knows that its lease is lost', () => {
    const exclusion = new KeyExclusion();
    exclusion.begin('a', 1, AbortSignal.abort());
    exclusion.begin('a', 2, held());
    expect(exclusion.collisions).toEqual([]);
  });

  it.each([
    ['keys that differ', 'a', 'b'],
    ['messages without a key', '', ''],
  ])('has nothing against %s', (_name, one, other) => {
    const exclusion = new KeyExclusion();
    exclusion.begin(one, 1, held());
    exclusion.begin(other, 2, held());
    expect(exclusion.collisions).toEqual([]);
  });
});
