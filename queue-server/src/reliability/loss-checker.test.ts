import { describe, expect, it } from '@jest/globals';
import {
  differing,
  lost,
  outOfOrder,
  overtaking,
  repeated,
  unexpected,
  unmade,
  type Handled,
} from './loss-checker.js';
import { expectNothingLost } from './nothing-lost.fixture.js';

const published = new Map([1, 2, 3, 4].map((seq) => [seq, { key: seq % 2 === 0 ? 'even' : '' }]));
/** In time; an attempt is 1 by default. */
const handling = (...all: readonly (number | readonly [seq: number, attempt: number])[]): Handled[] =>
  all.map((each, at) => {
    const [seq, attempt] = typeof each === 'number' ? [each, 1] : each;
    return { seq, attempt, at, key: published.get(seq)?.key ?? '' };
  });

describe('the loss checker', () => {
  it('has nothing to say of what came once, or again with a higher attempt, keys in order', () => {
    expectNothingLost(published, handling(3, 2, 1, [2, 2], 4));
    expectNothingLost(published, handling(1, 2, 4, 3, [2, 2], [4, 2]));
  });

  it('names what never came, what nobody published, and what came again at the same attempt', () => {
    expect(lost(published, handling(1, 4))).toEqual([2, 3]);
    expect(unexpected(published, handling(1, 9))).toEqual([9]);
    expect(repeated(handling(1, [2, 2], 1, [2, 2]), new Set()).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(() => expectNothingLost(published, handling(1, 2, 3))).toThrow();
  });

  it('lets what a killed holder had come at the same attempt, and never at a lower one', () => {
    const held = handling([1, 2], [2, 2], [1, 2], [2, 1]).map((each) => ({ ...each, holder: 7 }));
    expect(repeated(held, new Set([7])).map(({ seq }) => seq)).toEqual([2]);
    expect(repeated(held, new Set([8])).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('names what came before a message in front of it that has its key', () => {
    expect(outOfOrder(handling(4, 2)).map(({ seq }) => seq)).toEqual([4]);
    expect(outOfOrder(handling(2, 4, [2, 2], [4, 2]))).toEqual([]);
  });

  it('lets a message come again after later ones of its key, and not come for the first time after them', () => {
    const handled = [2, 4, 6, 2, 8].map((seq, at) => ({ seq, attempt: 1, at, key: 'even' }));
    expect(overtaking(handled)).toEqual([]);
    expect(
      overtaking([...handled, { seq: 7, attempt: 1, at: 9, key: 'even' }]).map(({ seq }) => seq),
    ).toEqual([8]);
    expect(overtaking(handling(3, 1))).toEqual([]);
  });

  it('names calls with two answers, and answers that nobody made', () => {
    const [one, other, second] = [
      { call: 1, answer: 'a' },
      { call: 1, answer: 'b' },
      { call: 2, answer: 'a' },
    ];
    expect(differing([one, second, one])).toEqual([]);
    expect(differing([one, second, other])).toEqual([1]);
    expect(unmade([one, second], [one, other])).toEqual([second]);
  });
});
