import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '@typed-queue/contracts/wire';
import * as fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { FakeJournal } from '../disk/fake-journal.fixture.js';
import { GroupRegistry, resetOf, type GroupEntry } from './registry.js';
import { GroupStateLog } from '../disk/group-state-log.js';
import { storedRun, type GroupRecord } from './group-records.js';

const policy = { leaseMs: 30_000, maxUnsettled: 100, maxAttempts: 6, retryDelayMs: () => 1_000 };
/** They never move. */
const CLOCKS = { now: () => 0, wallNow: () => 0 };
const made = (floor = 1, epoch = 'one'): GroupRecord => ({
  kind: 'group',
  queue: 'files',
  group: 'logger',
  epoch,
  floor,
  runs: [],
});
const settled = (from: number, to: number): GroupRecord => ({
  kind: 'changes',
  queue: 'files',
  group: 'logger',
  runs: [{ from, to, delivery: { kind: 'settled' } }],
});

const applied = (...records: GroupRecord[]): GroupRegistry => {
  const groups = new GroupRegistry(() => policy, CLOCKS);
  for (const record of records) groups.apply(record);
  return groups;
};

/** The unsettled messages of a group, and how often each failed. */
const prospects = (groups: GroupRegistry, group: string, head: number): [seq: number, failures: number][] => {
  const state = groups.get('files', group)?.state;
  if (state === undefined) return [];
  return Array.from({ length: head - state.floor + 1 }, (_, index) => state.floor + index).flatMap((seq) => {
    const found = state.runs.find(({ from, to }) => from <= seq && seq <= to)?.state;
    if (found === undefined) return [[seq, 0]];
    return found.kind === 'settled' ? [] : [[seq, found.failures]];
  });
};

describe('the registered groups', () => {
  it('are what the records make, one after the other', () => {
    const groups = applied({ kind: 'start', boot: 3 }, made(5), settled(5, 7), settled(9, 9));
    expect(groups.boot).toBe(3);
    const open = groups.get('files', 'logger');
    expect(open?.epoch).toBe('one');
    expect(open?.state.floor).toBe(8);
    expect(prospects(groups, 'logger', 10)).toEqual([
      [8, 0],
      [10, 0],
    ]);
    expect(groups.get('files', 'other')).toBeUndefined();
    expect(groups.get('database', 'logger')).toBeUndefined();
  });

  it('have redriven messages as pending until the group skips them, also after a snapshot', () => {
    const failures = [{ time: 1, kind: 'failed', reason: 'why', member: 'm' }] as const;
    const letters = [
      { seq: 3, position: 8, failures },
      { seq: 5, position: 9, failures },
    ];
    const of = { queue: 'files', group: 'logger' };
    const groups = applied(made(1), settled(1, 9), { kind: 'redriven', ...of, letters });
    const again = applied(...groups.snapshot());
    for (const each of [groups, again]) {
      const open = each.get('files', 'logger');
      expect([open?.state.floor, open?.state.unsettled]).toEqual([3, 2]);
      expect(open?.redriven).toEqual(
        new Map([
          [3, [8]],
          [5, [9]],
        ]),
      );
      expect(open?.state.history.of(5)).toMatchObject([{ failure: failures[0] }]);
      expect(prospects(each, 'logger', 10)).toEqual([
        [3, 0],
        [5, 0],
        [10, 0],
      ]);
      each.apply({ kind: 'kept', ...of, seqs: [3] });
      each.apply(settled(3, 3));
      expect([...(open?.redriven.keys() ?? [])]).toEqual([5]);
      expect(open?.state.floor).toBe(5);
    }
  });

  it('have a redriven message as pending when the record is lost that its letter was stored', () => {
    const of = { queue: 'files', group: 'logger' };
    const failure = { time: 1, kind: 'rejected', reason: 'why', member: 'm' } as const;
    const delivery = { kind: 'condemned', failures: 1, handouts: 1, alone: false } as const;
    const runs = [{ from: 1, to: 2, delivery }];
    const givenUp: GroupRecord = { kind: 'changes', ...of, runs, failures: [{ from: 1, to: 2, failure }] };
    const letters = [{ seq: 2, position: 9, failures: [failure] }];
    const state = applied(made(), givenUp, { kind: 'redriven', ...of, letters }).get(
      'files',
      'logger',
    )?.state;
    expect(state?.runs.map((run) => run.state.kind)).toEqual(['dead', 'ready']);
    expect(state?.history.of(2)).toHaveLength(1);
  });

  it('start again when a group is made again, and ignore changes of unknown groups', () => {
    const groups = applied(settled(1, 9), made(1), settled(1, 9), made(4, 'two'));
    expect(groups.get('files', 'logger')?.epoch).toBe('two');
    expect(groups.get('files', 'logger')?.state.floor).toBe(4);
  });

  it('are those of a snapshot and no others', () => {
    const other = { queue: 'files', group: 'other', epoch: 'one', floor: 2, runs: [] };
    const groups = applied({ kind: 'start', boot: 1 }, made(), {
      kind: 'snapshot',
      boot: 4,
      groups: [other],
    });
    expect(groups.boot).toBe(4);
    expect(groups.get('files', 'logger')).toBeUndefined();
    expect(groups.get('files', 'other')?.state.floor).toBe(2);
  });

  it('are restored from records of earlier versions, with isolated suspects', () => {
    const suspect = { kind: 'ready', failures: 1, handouts: 1, alone: true } as const;
    const groups = applied(made(), {
      kind: 'changes',
      queue: 'files',
      group: 'logger',
      runs: [{ from: 1, to: 2, delivery: suspect }],
    });
    const open = groups.get('files', 'logger');
    expect(open).toMatchObject({ life: 'one', knows: undefined, passedOver: new Map() });
    expect(open?.state.candidates({ member: 'm', concurrency: 9 }, 4, 0, 10)).toMatchObject({
      ranges: [[1, 1]],
      isolated: true,
    });
  });

  it('have no leases in a snapshot, and count none of them as a failure', () => {
    const groups = applied(made());
    groups.get('files', 'logger')?.state.claim([[1, 3]], { token: 1, member: 'a' }, 0);
    const snapshot = groups.snapshot();
    expect(JSON.stringify(snapshot)).not.toContain('leased');
    const after = applied(...snapshot);
    expect(after.get('files', 'logger')?.state.candidates({ member: 'm' }, 9, 0, 10).ranges[0]).toEqual([
      1, 3,
    ]);
    expect(prospects(after, 'logger', 3)).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
  });

  it('keep the terms of a group that were changed, also in a snapshot', () => {
    const of = { queue: 'files', group: 'logger' };
    const groups = applied(
      made(),
      { kind: 'terms', ...of, settings: { maxAttempts: 2 } },
      { kind: 'terms', ...of, paused: true },
    );
    for (const each of [groups, applied(...groups.snapshot())]) {
      expect(each.get('files', 'logger')).toMatchObject({ settings: { maxAttempts: 2 }, paused: true });
    }
  });

  it('are without a group that was deleted', () => {
    const groups = applied(made(), { kind: 'deleted', queue: 'files', group: 'logger' }, settled(1, 2));
    expect(groups.get('files', 'logger')).toBeUndefined();
    expect(groups.snapshot()).toEqual([{ kind: 'snapshot', boot: 0 }]);
  });

  it('have the failures of unsettled messages, also after a snapshot', () => {
    const failure = { time: 5, kind: 'failed', reason: 'no', member: 'a' } as const;
    const failed = { from: 2, to: 3, failure };
    const [of] = [{ kind: 'changes', queue: 'files', group: 'logger' } as const];
    const runs = [
      { from: 1, to: 3, delivery: { kind: 'ready', failures: 1, handouts: 0, alone: false } as const },
    ];
    const groups = applied(made(), { ...of, runs, failures: [failed] }, settled(2, 2));
    for (const each of [groups, applied(...groups.snapshot())]) {
      expect(each.get('files', 'logger')?.state.history.all).toEqual([{ ...failed, from: 3 }]);
    }
    expect(applied(...groups.snapshot(), settled(1, 3)).get('files', 'logger')?.state.history.all).toEqual(
      [],
    );
  });
});

describe('the reset of a group', () => {
  const head = { epoch: 'one', firstSeq: 2, lastSeq: 9, bytes: 0 };
  const entryAt = (floor: number, epoch: string): GroupEntry => {
    const entry = applied(made(floor, epoch)).get('files', 'logger');
    if (entry === undefined) throw new Error('the record made no group');
    return entry;
  };

  it.each([2, 9, 10, 11])('is not needed for the floor %i in the same epoch of the log', (floor) => {
    expect(resetOf(entryAt(floor, 'one'), head)).toBeUndefined();
  });

  it('is needed when the log has another epoch', () => {
    expect(resetOf(entryAt(5, 'two'), head)).toEqual({ reason: 'reset', from: 5, epoch: 'one' });
  });
});

const HEAD = 20;
const someStep = fc.record({
  group: fc.constantFrom('a', 'b'),
  limit: fc.integer({ min: 1, max: 6 }),
  outcome: fc.constantFrom<Outcome['kind'] | 'keep'>('ack', 'retry', 'release', 'keep'),
});

describe('the groups after a restart', () => {
  it('are the same as before, whenever their records were replaced by a snapshot', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(someStep, { maxLength: 25 }),
        fc.constantFrom(200, 600, 1_000_000),
        async (steps, snapshotBytes) => {
          const journal = new FakeJournal();
          const groups = new GroupRegistry(() => policy, CLOCKS);
          const fail = (error: unknown): void => {
            throw error;
          };
          const log = new GroupStateLog({
            journal,
            copies: new FakeJournal(),
            snapshot: () => groups.snapshot(),
            onError: fail,
            snapshotBytes,
          });
          const writes = ['a', 'b'].map((group) => {
            const record = { ...made(), group };
            groups.apply(record);
            return log.write(record);
          });
          let token = 0;
          for (const { group, limit, outcome } of steps) {
            const state = groups.get('files', group)?.state;
            const range = state?.candidates({ member: 'm' }, HEAD, token * 1_000, limit).ranges[0];
            if (state === undefined || range === undefined) continue;
            state.claim([range], { token: ++token, member: 'm' }, token * 1_000);
            if (outcome === 'keep') continue;
            const { changed } = state.settle(
              { token, member: 'm', outcome: { kind: outcome } },
              token * 1_000,
            );
            const runs = changed.map((run) => storedRun(run, CLOCKS));
            writes.push(log.write({ kind: 'changes', queue: 'files', group, runs }));
            if (token % 3 === 0) await turn();
          }
          await Promise.all(writes);
          await log.durable();
          const after = new GroupRegistry(() => policy, CLOCKS);
          const reopened = new FakeJournal({ items: journal.items });
          await new GroupStateLog({
            journal: reopened,
            copies: new FakeJournal(),
            snapshot: () => after.snapshot(),
            onError: fail,
          }).replay((record) => after.apply(record), fail);
          for (const group of ['a', 'b']) {
            expect(after.get('files', group)?.state.floor).toBe(groups.get('files', group)?.state.floor);
            expect(prospects(after, group, HEAD)).toEqual(prospects(groups, group, HEAD));
          }
        },
      ),
    );
  });
});
