import { describe, expect, it } from '@jest/globals';
import { MINUTE } from '@typed-queue/contracts';
import { GroupTrends } from './group-trends.js';

const QUEUE = 'files';

/** One mark a minute from 0 on, of group `g`. */
const marked = (...depths: readonly number[]): GroupTrends => {
  const trends = new GroupTrends();
  depths.forEach((depth, minute) => {
    trends.mark(minute * MINUTE, new Map([[QUEUE, depth === 0 ? [] : [['g', depth] as const]]]));
  });
  return trends;
};

describe('the trend of a group', () => {
  it('is how its depth was some minutes ago', () => {
    expect(marked(10, 40, 90).growth(QUEUE, 'g', 2.5 * MINUTE)).toEqual({ before: 10, overMs: 2.5 * MINUTE });
  });

  it('reaches back six marks', () => {
    expect(marked(1, 2, 3, 4, 5, 6, 7).growth(QUEUE, 'g', 6 * MINUTE)).toEqual({
      before: 2,
      overMs: 5 * MINUTE,
    });
  });

  it('begins again when nothing waits', () => {
    expect(marked(10, 0, 40, 90).growth(QUEUE, 'g', 4 * MINUTE)).toEqual({ before: 40, overMs: 2 * MINUTE });
  });

  it('is unknown of a group that was marked once, or never', () => {
    const trends = marked(0, 10);
    expect([trends.growth(QUEUE, 'g', 2 * MINUTE), trends.growth(QUEUE, 'other', 2 * MINUTE)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is marked once a minute', () => {
    const trends = marked(10);
    expect([new GroupTrends().isDue(0), trends.isDue(MINUTE - 1), trends.isDue(MINUTE)]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
