import { beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE } from '@typed-queue/contracts';
import { RecentDeadLetters } from './recent-dead-letters.js';

let now: number;
let recent: RecentDeadLetters;
beforeEach(() => {
  now = 5 * HOUR;
  recent = new RecentDeadLetters(() => now);
});

describe('the dead letters of the last hour', () => {
  it('are counted by group and code', () => {
    recent.add('files', 'a', new Map([['rejected', 2]]));
    recent.add(
      'files',
      'a',
      new Map([
        ['rejected', 1],
        ['attempts_exhausted', 4],
      ]),
    );
    recent.add('files', 'b', new Map([['rejected', 5]]));
    expect(recent.all()).toEqual([
      { queue: 'files', group: 'a', code: 'rejected', letters: 3 },
      { queue: 'files', group: 'a', code: 'attempts_exhausted', letters: 4 },
      { queue: 'files', group: 'b', code: 'rejected', letters: 5 },
    ]);
  });

  it('are forgotten after an hour, in steps of five minutes', () => {
    recent.add('files', 'a', new Map([['rejected', 2]]));
    now += 30 * MINUTE;
    recent.add('files', 'a', new Map([['rejected', 1]]));
    const counts: unknown[] = [];
    for (const minutes of [25, 5, 30]) {
      now += minutes * MINUTE;
      counts.push(recent.all().map(({ letters }) => letters));
    }
    expect(counts).toEqual([[3], [1], []]);
  });

  it('are kept of the thousand groups and codes that had the latest', () => {
    for (let group = 0; group <= 1_000; group++) recent.add('files', `g${group}`, new Map([['rejected', 1]]));
    const groups = recent.all().map(({ group }) => group);
    expect([groups.length, groups[0]]).toEqual([1_000, 'g1']);
  });
});
