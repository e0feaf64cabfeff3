import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupCounts, OTHER_GROUPS } from '../delivery/group-counts.js';
import type { GroupInfo } from '../engine/group-info.js';
import { queueFigures, type QueueFigures, type QueueFiguresDeps } from './queue-figures.js';

const QUEUE = 'files';
const LAST = 1_000;
const NOW = 1_000_000;

/** Seqs that were read. */
let reads: number[];
let infos: GroupInfo[];
let failure: Error | undefined;
beforeEach(() => {
  reads = [];
  infos = [];
  failure = undefined;
});

/** A group that has settled everything below its floor, and holds what is between that and its cursor. */
const group = (name: string, floor: number, cursor = floor): void => {
  const state = { paused: false, stalled: false, passedOver: [], knows: undefined, settings: {} };
  const rest = { life: 'a', holders: [], ...state };
  infos.push({
    ...rest,
    group: name,
    floor,
    cursor,
    overtaken: 0,
    unsettled: cursor - floor,
    deadLetters: 1,
  });
};

/** Of a queue whose message `seq` is as many seconds old as messages follow it. */
const figures = (): Promise<QueueFigures> => {
  const stored = {
    head: () => ({ epoch: 'e', firstSeq: 1, lastSeq: LAST, bytes: 10 }),
    deadLetters: { status: () => ({ letters: 3, bytes: 1, expired: 0, newest: 3 }) },
    groups: { list: () => infos, count: () => infos.length },
    read: async (seq: number) => {
      reads.push(seq);
      if (failure !== undefined) throw failure;
      return [{ kind: 'frame', frame: { header: { time: NOW - (LAST - seq) * 1_000 } } }];
    },
  };
  const deps = {
    engine: { queue: () => stored },
    delivery: { counts: new GroupCounts(), members: () => [{ unsettled: 2, away: false }] },
    tails: { count: () => 4, sent: () => 5 },
    publishGate: { countOf: () => ({ stored: 6, duplicates: 7 }) },
    now: () => NOW,
  };
  // Safe for a test: nothing else of them is used.
  return queueFigures(QUEUE, deps as unknown as QueueFiguresDeps);
};

describe('the figures of a queue', () => {
  it('have its messages, dead letters and tails', async () => {
    expect(await figures()).toMatchObject({
      queue: QUEUE,
      messages: LAST,
      bytes: 10,
      deadLetters: 3,
      tails: 4,
      tailed: 5,
      published: { stored: 6, duplicates: 7 },
    });
  });
});

describe('the figures of a group', () => {
  it('have its lag, its depth and the age of its oldest message', async () => {
    group('g', 901, 951);
    const { groups } = await figures();
    const state = { leased: 2, members: 1, deadLetters: 1 };
    expect(groups).toEqual([{ label: 'g', depth: 100, lag: 50, oldestAgeMs: 99_000, ...state }]);
  });

  it('read nothing for a group that has settled all', async () => {
    group('g', LAST + 1);
    expect(await figures()).toMatchObject({ groups: [{ depth: 0, lag: 0, oldestAgeMs: 0 }] });
    expect(reads).toEqual([]);
  });

  it('read a message once for all groups at its position', async () => {
    for (const name of ['a', 'b', 'c']) group(name, 7);
    await figures();
    expect(reads).toEqual([7]);
  });

  it('have no age when it cannot be read, and everything else', async () => {
    group('g', 901);
    failure = new Error('EIO');
    expect(await figures()).toMatchObject({ groups: [{ label: 'g', lag: 100, oldestAgeMs: undefined }] });
  });

  it('are added up for all groups but the first 100, which have the age of the oldest message among them', async () => {
    for (let named = 0; named < 100; named++) group(`g${named}`, LAST + 1);
    group('settled', LAST + 1);
    group('near', 991);
    group('far', 501, 601);
    const { groups, groupTotal } = await figures();
    expect([groups.length, groupTotal]).toEqual([101, 103]);
    const sums = { lag: 410, depth: 510, leased: 6, members: 3, deadLetters: 3 };
    expect(groups.at(-1)).toEqual({ label: OTHER_GROUPS, ...sums, oldestAgeMs: 499_000 });
    expect(reads).toEqual([501]);
  });
});
