import { beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR, QueueError, type Finding, type OwnRights } from '@typed-queue/contracts';
import type { Member } from '../delivery/member.js';
import { Overviews, type OverviewDeps, type OverviewRights } from './overviews.js';

const ALL: OwnRights = { publish: true, consume: true, tail: true, admin: true };
const NAMES = ['apples', 'bananas', 'cherries'];

const operator: OverviewRights = { queues: NAMES, rightsTo: () => ALL, maySee: () => true };
/** May consume by the group `own` of the first queue, and knows no other queue. */
const consumer: OverviewRights = {
  queues: ['apples'],
  rightsTo: (queue) => (queue === 'apples' ? { ...ALL, tail: false, admin: false } : undefined),
  maySee: (queue, group) => queue === 'apples' && group === 'own',
};

interface StoredGroup {
  readonly floor?: number;
  readonly cursor?: number;
  readonly unsettled?: number;
  readonly paused?: boolean;
  readonly stalled?: boolean;
  readonly members?: readonly Partial<Member>[];
}

/** A queue as the test sets it. Its message `seq` was stored at the time `seq`. */
interface StoredQueue {
  lastSeq: number;
  letters: number;
  published: number;
  groups: Record<string, StoredGroup>;
}

let queues: Record<string, StoredQueue>;
let recent: (Finding & { kind: 'dead-letters' })[];
let growth: { before: number; overMs: number } | undefined;
let fault: Error | undefined;
let now: number;
let reads: number[];
let overviews: Overviews;

const stored = (name: string) => ({
  head: () => ({ epoch: 'e', firstSeq: 1, lastSeq: queues[name]?.lastSeq ?? 0, bytes: 10 }),
  deadLetters: { status: () => ({ letters: queues[name]?.letters ?? 0 }) },
  groups: {
    positions: () =>
      Object.entries(queues[name]?.groups ?? {}).map(([group, { members: _, ...position }]) => ({
        ...{ group, floor: 1, cursor: 1, unsettled: 0, paused: false, stalled: false },
        ...position,
      })),
  },
  read: async (seq: number) => {
    reads.push(seq);
    return [{ kind: 'frame', frame: { header: { time: seq } } }];
  },
});

beforeEach(() => {
  queues = Object.fromEntries(
    NAMES.map((name) => [name, { lastSeq: 0, letters: 0, published: 0, groups: {} }]),
  );
  [recent, growth, fault, now, reads] = [[], undefined, undefined, 1_000, []];
  const deps = {
    contract: Object.fromEntries(NAMES.map((name) => [name, { name, retention: { maxAgeMs: HOUR } }])),
    engine: { queue: stored, fault: () => fault, durability: 'memory' },
    delivery: { members: (queue: string, group: string) => queues[queue]?.groups[group]?.members ?? [] },
    tails: { count: () => 2 },
    history: {
      ratesOf: (queue: string) => ({ published: queues[queue]?.published ?? 0, settled: 1 }),
      growthOf: () => growth,
    },
    recentDeadLetters: { all: () => recent.map(({ kind: _, ...rest }) => rest) },
    connections: () => 7,
    budget: { bytes: 100, used: 40 },
    version: '1.2.3',
    clock: { now: () => now, wallNow: () => now },
    started: 400,
  };
  // Safe for a test: nothing else of them is used.
  overviews = new Overviews(deps as unknown as OverviewDeps);
});

const set = (name: string, queue: Partial<StoredQueue>): void => {
  Object.assign(queues[name] ?? {}, queue);
};
const namesOf = async (...args: Parameters<Overviews['of']>): Promise<string[]> =>
  (await overviews.of(...args)).queues.map(({ queue }) => queue);
const attention = async (rights = operator): Promise<readonly Finding[]> =>
  (await overviews.of({}, rights)).attention;

const here = { away: false, unsettled: 0 };
const holder = {
  ...{ away: false, name: 'key/ann/s1', unsettled: 600, window: { messages: 1_000, bytes: 1 } },
  ...{ oldestHeldMs: 90_000, silentMs: 100 },
};

describe('a queue of an overview', () => {
  it('has the figures of all its groups for its operator', async () => {
    set('apples', {
      lastSeq: 10,
      letters: 3,
      published: 5,
      groups: {
        a: { floor: 8, cursor: 9, unsettled: 1, members: [here, { away: true }] },
        b: { floor: 4, cursor: 11, unsettled: 4 },
      },
    });
    const { queues: rows } = await overviews.of({ limit: 1 }, operator);
    expect(rows).toEqual([
      {
        queue: 'apples',
        rights: ALL,
        rates: { published: 5, settled: 1 },
        depth: 4,
        oldestAgeMs: 996,
        messages: 10,
        bytes: 10,
        retention: { maxAgeMs: HOUR },
        deadLetters: 3,
        groups: 2,
        members: 1,
        tails: 2,
      },
    ]);
  });

  it('has for others only what they may see', async () => {
    set('apples', {
      lastSeq: 10,
      letters: 3,
      groups: { own: { floor: 10, cursor: 10 }, secret: { floor: 1, cursor: 1, members: [here] } },
    });
    const { queues: rows } = await overviews.of({}, consumer);
    expect(rows).toMatchObject([
      { depth: 1, oldestAgeMs: 990, deadLetters: 0, groups: 1, members: 0, tails: 0, rates: { settled: 0 } },
    ]);
  });

  it('has no age when everything is settled', async () => {
    set('apples', { lastSeq: 10, groups: { a: { floor: 11, cursor: 11 } } });
    expect((await overviews.of({ limit: 1 }, operator)).queues[0]?.oldestAgeMs).toBeNull();
  });

  it('is not read again while its oldest message is the same', async () => {
    set('apples', { lastSeq: 10, groups: { a: { floor: 4, cursor: 11, unsettled: 4 } } });
    await overviews.of({}, operator);
    now += 10_000;
    await overviews.of({}, operator);
    expect(reads).toEqual([4]);
  });
});

describe('the queues of an overview', () => {
  it('are those to which there is any right', async () => {
    expect([await namesOf({}, operator), await namesOf({}, consumer)]).toEqual([NAMES, ['apples']]);
  });

  it('come page by page', async () => {
    const first = await overviews.of({ limit: 2 }, operator);
    const second = await overviews.of({ limit: 2, after: first.next ?? '' }, operator);
    expect([first, second].map(({ queues: rows, next }) => [rows.length, next])).toEqual([
      [2, 'bananas'],
      [1, null],
    ]);
  });

  it('are found by a part of their names, in any case', async () => {
    expect(await namesOf({ search: 'RR' }, operator)).toEqual(['cherries']);
  });

  it('are sorted by any figure, the most first, equal ones by name', async () => {
    set('bananas', { published: 9, letters: 1 });
    expect([
      await namesOf({ order: 'published' }, operator),
      await namesOf({ order: 'deadLetters', after: 'bananas', limit: 1 }, operator),
    ]).toEqual([['bananas', 'apples', 'cherries'], ['apples']]);
  });

  it('cannot begin after an unknown one', async () => {
    await expect(overviews.of({ after: 'bananas' }, consumer)).rejects.toMatchObject({
      code: 'request_invalid',
    });
  });

  it('are summed up whatever the page', async () => {
    set('apples', { letters: 2, published: 3, groups: { a: { members: [here] } } });
    set('bananas', { letters: 5, published: 4 });
    expect((await overviews.of({ limit: 1, search: 'apples' }, operator)).totals).toEqual({
      queues: 3,
      groups: 1,
      members: 1,
      deadLetters: 7,
      rates: { published: 7, settled: 3 },
    });
  });
});

describe('the server of an overview', () => {
  it('is shown to those who administer all queues', async () => {
    expect((await overviews.of({}, operator)).server).toEqual({
      version: '1.2.3',
      uptimeMs: 600,
      durability: 'memory',
      connections: 7,
      memory: { used: 40, budget: 100 },
    });
  });

  it('is hidden from all others', async () => {
    expect((await overviews.of({}, consumer)).server).toBeNull();
  });
});

describe('what needs attention', () => {
  const backlog = { floor: 1, cursor: 1, members: [here] };

  it.each<[string, StoredGroup, object]>([
    ['a stalled group', { ...backlog, stalled: true }, { kind: 'stalled', depth: 500 }],
    [
      'a group without members',
      { ...backlog, members: [{ away: true }] },
      { kind: 'no-members', depth: 500 },
    ],
    ['a paused group', { ...backlog, paused: true, members: [] }, { kind: 'paused', depth: 500 }],
  ])('is %s', async (_what, group, finding) => {
    set('apples', { lastSeq: 500, groups: { g: group } });
    expect(await attention()).toEqual([{ queue: 'apples', group: 'g', ...finding }]);
  });

  it('is a group whose depth grew over minutes', async () => {
    set('apples', { lastSeq: 500, groups: { g: backlog } });
    growth = { before: 300, overMs: 180_000 };
    expect(await attention()).toEqual([
      { kind: 'falling-behind', queue: 'apples', group: 'g', depth: 500, before: 300, overMs: 180_000 },
    ]);
  });

  it.each([
    ['by little', { before: 401, overMs: 180_000 }],
    ['by a small part', { before: 460, overMs: 180_000 }],
    ['in a moment', { before: 0, overMs: 90_000 }],
  ])('is no group whose depth grew %s', async (_how, little) => {
    set('apples', { lastSeq: 500, groups: { g: backlog } });
    growth = little;
    expect(await attention()).toEqual([]);
  });

  it('is a member that holds much and settles nothing', async () => {
    set('apples', { lastSeq: 600, groups: { g: { ...backlog, members: [holder] } } });
    expect(await attention()).toEqual([
      {
        ...{ kind: 'hoarding-member', queue: 'apples', group: 'g' },
        ...{ client: 'ann', subscription: 's1' },
        held: 600,
        heldMs: 90_000,
      },
    ]);
  });

  it('is a member that is not heard', async () => {
    set('apples', {
      lastSeq: 600,
      groups: { g: { ...backlog, members: [{ ...holder, silentMs: 31_000 }] } },
    });
    expect(await attention()).toMatchObject([{ kind: 'silent-member', silentMs: 31_000 }]);
  });

  it.each([
    ['holds little', { unsettled: 499 }],
    ['holds it for a short time', { oldestHeldMs: 59_000 }],
    ['is away', { away: true }],
  ])('is no member that %s', async (_what, other) => {
    const members = [{ ...holder, ...other }, here];
    set('apples', { lastSeq: 600, groups: { g: { ...backlog, members } } });
    expect(await attention()).toEqual([]);
  });

  it('is what died in the last hour', async () => {
    recent = [{ kind: 'dead-letters', queue: 'apples', group: 'g', code: 'rejected', letters: 3 }];
    expect(await attention()).toEqual(recent);
  });

  it('is a storage that fails, before everything else, and for everybody', async () => {
    fault = new QueueError('storage_full', 'The disk is full.');
    set('apples', { lastSeq: 500, groups: { g: { ...backlog, stalled: true } } });
    expect([(await attention()).map(({ kind }) => kind), await attention(consumer)]).toEqual([
      ['storage-fault', 'stalled'],
      [{ kind: 'storage-fault', code: 'storage_full' }],
    ]);
  });

  it('is shown worst first, at most 20', async () => {
    const groups = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`g${index}`, { ...backlog, cursor: 1 + index, members: [] }]),
    );
    set('apples', { lastSeq: 500, groups: { ...groups, late: { ...backlog, stalled: true } } });
    const found = await attention();
    expect([found.length, ...found.slice(0, 3)]).toMatchObject([
      20,
      { kind: 'stalled' },
      { group: 'g0', depth: 500 },
      { group: 'g1', depth: 499 },
    ]);
  });

  it('is only what the principal may see', async () => {
    const groups = { own: { ...backlog, members: [] }, secret: { ...backlog, members: [] } };
    set('apples', { lastSeq: 500, groups });
    set('bananas', { lastSeq: 500, groups });
    expect(await attention(consumer)).toMatchObject([{ queue: 'apples', group: 'own' }]);
  });
});
