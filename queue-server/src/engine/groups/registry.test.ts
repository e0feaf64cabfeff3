import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '@typed-queue/contracts/wire';
import * as fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { FakeJournal } from '../journaled/fake-journal.fixture.js';
import { resetOf, type GroupEntry } from './group-entry.js';
import { GroupRegistry } from './registry.js';
import { GroupStateLog } from '../journaled/group-state-log.js';
import { storedRun, type GroupRecord, type StoredRun } from './group-records.js';

const policy = { leaseMs: 30_000, maxUnsettled: 100, maxAttempts: 6, retryDelayMs: () => 1_000 };
/** They never move. */
const CLOCKS = { now: () => 0, wallNow: () => 0 };
const LOGGER = { queue: 'files', group: 'logger' };

const made = ({ floor = 1, epoch = 'one', group = 'logger' } = {}): GroupRecord => ({
  ...LOGGER,
  kind: 'group',
  group,
  epoch,
  floor,
  runs: [],
});
const changes = (...runs: readonly StoredRun[]): GroupRecord & { kind: 'changes' } => ({
  ...LOGGER,
  kind: 'changes',
  runs,
});
const settled = (from: number, to: number): GroupRecord =>
  changes({ from, to, delivery: { kind: 'settled' } });
const redriven = (...letters: (GroupRecord & { kind: 'redriven' })['letters']): GroupRecord => ({
  ...LOGGER,
  kind: 'redriven',
  letters,
});

const applied = (...records: GroupRecord[]): GroupRegistry => {
  const groups = new GroupRegistry(() => policy, CLOCKS);
  for (const record of records) groups.apply(record);
  return groups;
};

/** @throws Error when the records made no such group */
const entryOf = (groups: GroupRegistry, group = 'logger'): GroupEntry => {
  const entry = groups.get('files', group);
  if (entry === undefined) throw new Error(`the records made no group ${group}`);
  return entry;
};

/** The unsettled messages of a group, and how often each failed. */
const prospects = ({ state }: GroupEntry, head: number): [seq: number, failures: number][] => {
  return Array.from({ length: head - state.floor + 1 }, (_, index) => state.floor + index).flatMap((seq) => {
    const found = state.runs.find(({ from, to }) => from <= seq && seq <= to)?.state;
    if (found === undefined) return [[seq, 0]];
    return found.kind === 'settled' ? [] : [[seq, found.failures]];
  });
};

describe('the registered groups', () => {
  it('have the boot number of the last start', () => {
    expect(applied({ kind: 'start', boot: 2 }, { kind: 'start', boot: 3 }).boot).toBe(3);
  });

  it('are what the records make, one after the other', () => {
    const entry = entryOf(applied(made({ floor: 5 }), settled(5, 7), settled(9, 9)));
    expect(entry.epoch).toBe('one');
    expect(prospects(entry, 10)).toEqual([
      [8, 0],
      [10, 0],
    ]);
  });

  it.each([
    ['files', 'other'],
    ['database', 'logger'],
  ])('have no group that no record made (queue %s, group %s)', (queue, group) => {
    expect(applied(made()).get(queue, group)).toBeUndefined();
  });

  it('ignore changes of unknown groups', () => {
    expect(entryOf(applied(settled(1, 9), made())).state.floor).toBe(1);
  });

  it('begin again when a group is made again', () => {
    const entry = entryOf(applied(made(), settled(1, 9), made({ floor: 4, epoch: 'two' })));
    expect(entry.epoch).toBe('two');
    expect(entry.state.floor).toBe(4);
  });

  it('are without a group that was deleted', () => {
    const groups = applied(made(), { ...LOGGER, kind: 'deleted' }, settled(1, 2));
    expect(groups.get('files', 'logger')).toBeUndefined();
    expect(groups.snapshot()).toEqual([{ kind: 'snapshot', boot: 0 }]);
  });

  it('are restored from records of earlier versions, with isolated messages', () => {
    const isolated = { kind: 'ready', failures: 1, handouts: 1, alone: true } as const;
    const entry = entryOf(applied(made(), changes({ from: 1, to: 2, delivery: isolated })));
    expect(entry).toMatchObject({ life: 'one', knows: undefined, passedOver: new Map() });
    expect(entry.state.candidates({ member: 'm', concurrency: 9 }, 4, 0, 10)).toMatchObject({
      ranges: [[1, 1]],
      isolated: true,
    });
  });

  it('have a redriven message as pending when the record is lost that its letter was stored', () => {
    const failure = { time: 1, kind: 'rejected', reason: 'why', member: 'm' } as const;
    const delivery = { kind: 'condemned', failures: 1, handouts: 1, alone: false } as const;
    const dead = { ...changes({ from: 1, to: 2, delivery }), failures: [{ from: 1, to: 2, failure }] };
    const { state } = entryOf(applied(made(), dead, redriven({ seq: 2, position: 9, failures: [failure] })));
    expect(state.runs.map((run) => run.state.kind)).toEqual(['dead', 'ready']);
    expect(state.history.of(2)).toHaveLength(1);
  });
});

describe('a snapshot', () => {
  it('replaces all groups and the boot number', () => {
    const other = { queue: 'files', group: 'other', epoch: 'one', floor: 2, runs: [] };
    const snapshot: GroupRecord = { kind: 'snapshot', boot: 4, groups: [other] };
    const groups = applied({ kind: 'start', boot: 1 }, made(), snapshot);
    expect(groups.boot).toBe(4);
    expect(groups.get('files', 'logger')).toBeUndefined();
    expect(entryOf(groups, 'other').state.floor).toBe(2);
  });

  it('has no leases, and counts none of them as a failure', () => {
    const groups = applied(made());
    entryOf(groups).state.claim([[1, 3]], { token: 1, member: 'a' }, 0);
    const snapshot = groups.snapshot();
    expect(JSON.stringify(snapshot)).not.toContain('leased');
    const entry = entryOf(applied(...snapshot));
    expect(entry.state.candidates({ member: 'm' }, 9, 0, 10).ranges[0]).toEqual([1, 3]);
    expect(prospects(entry, 3)).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
  });
});

describe.each([
  { when: 'after its records', restore: applied },
  {
    when: 'after a snapshot',
    restore: (...records: GroupRecord[]) => applied(...applied(...records).snapshot()),
  },
])('a group $when', ({ restore }) => {
  const failure = { time: 5, kind: 'failed', reason: 'no', member: 'a' } as const;
  const letters = [
    { seq: 3, position: 8, failures: [failure] },
    { seq: 5, position: 9, failures: [failure] },
  ];

  it('has redriven messages as pending, without failed attempts', () => {
    const entry = entryOf(restore(made(), settled(1, 9), redriven(...letters)));
    expect(entry.state).toMatchObject({ floor: 3, unsettled: 2 });
    expect(prospects(entry, 10)).toEqual([
      [3, 0],
      [5, 0],
      [10, 0],
    ]);
  });

  it('has the positions and failures of redriven letters', () => {
    const { redriven: positions, state } = entryOf(restore(made(), settled(1, 9), redriven(...letters)));
    expect([...positions]).toEqual([
      [3, [8]],
      [5, [9]],
    ]);
    expect(state.history.of(5)).toMatchObject([{ failure }]);
  });

  it('has the codes of declared failures, and the data of the last one', () => {
    const declared = (data: number) => ({ ...failure, code: 'sold_out', data });
    const once = { seq: 3, position: 8, failures: [declared(1), declared(2)] };
    const entry = entryOf(restore(made(), settled(1, 9), redriven(once)));
    expect(entry.state.history.of(3).map(({ failure: { code, data } }) => [code, data])).toEqual([
      ['sold_out', undefined],
      ['sold_out', 2],
    ]);
  });

  it('has no redriven message any more that it skipped', () => {
    const groups = restore(made(), settled(1, 9), redriven(...letters));
    groups.apply({ ...LOGGER, kind: 'kept', seqs: [3] });
    groups.apply(settled(3, 3));
    const entry = entryOf(groups);
    expect([...entry.redriven.keys()]).toEqual([5]);
    expect(entry.state.floor).toBe(5);
  });

  it('has the options that were changed', () => {
    const groups = restore(
      made(),
      { ...LOGGER, kind: 'terms', settings: { maxAttempts: 2 } },
      { ...LOGGER, kind: 'terms', paused: true },
    );
    expect(entryOf(groups)).toMatchObject({ settings: { maxAttempts: 2 }, paused: true });
  });

  it('has the failures of its unsettled messages, and of no others', () => {
    const delivery = { kind: 'ready', failures: 1, handouts: 0, alone: false } as const;
    const failed = { ...changes({ from: 1, to: 3, delivery }), failures: [{ from: 2, to: 3, failure }] };
    const groups = restore(made(), failed, settled(2, 2));
    expect(entryOf(groups).state.history.all).toEqual([{ from: 3, to: 3, failure }]);
    groups.apply(settled(1, 3));
    expect(entryOf(groups).state.history.all).toEqual([]);
  });
});

describe('the reset of a group', () => {
  const head = { epoch: 'one', firstSeq: 2, lastSeq: 9, bytes: 0 };
  it.each([2, 9, 10, 11])('is not needed for the floor %i in the same epoch of the log', (floor) => {
    expect(resetOf(entryOf(applied(made({ floor }))), head)).toBeUndefined();
  });

  it('is needed when the log has another epoch', () => {
    const entry = entryOf(applied(made({ floor: 5, epoch: 'two' })));
    expect(resetOf(entry, head)).toEqual({ reason: 'reset', from: 5, epoch: 'one' });
  });
});

const HEAD = 20;
const GROUPS = ['a', 'b'];
const someStep = fc.record({
  group: fc.constantFrom(...GROUPS),
  limit: fc.integer({ min: 1, max: 6 }),
  outcome: fc.constantFrom<Outcome['kind'] | 'keep'>('ack', 'retry', 'release', 'keep'),
});
type Step = typeof someStep extends fc.Arbitrary<infer T> ? T : never;

const throwing = (error: unknown): void => {
  throw error;
};
const logIn = (journal: FakeJournal, groups: GroupRegistry, snapshotBytes: number): GroupStateLog =>
  new GroupStateLog({
    journal,
    copies: new FakeJournal(),
    snapshot: () => groups.snapshot(),
    onError: throwing,
    snapshotBytes,
  });

/** Claims what is next for the group, and settles it; returns what is to be recorded. */
const take = ({ state }: GroupEntry, token: number, { limit, outcome }: Step): StoredRun[] => {
  const now = token * 1_000;
  const [range] = state.candidates({ member: 'm' }, HEAD, now, limit).ranges;
  if (range === undefined) return [];
  state.claim([range], { token, member: 'm' }, now);
  if (outcome === 'keep') return [];
  const { changed } = state.settle({ token, member: 'm', outcome: { kind: outcome } }, now);
  return changed.map((run) => storedRun(run, CLOCKS));
};

describe('the groups after a restart', () => {
  it('are the same as before, whenever their records were replaced by a snapshot', async () => {
    const someSteps = fc.array(someStep, { maxLength: 25 });
    const someBytes = fc.constantFrom(200, 600, 1_000_000);
    const property = fc.asyncProperty(someSteps, someBytes, async (steps, snapshotBytes) => {
      const journal = new FakeJournal();
      const before = new GroupRegistry(() => policy, CLOCKS);
      const log = logIn(journal, before, snapshotBytes);
      const writes = GROUPS.map((group) => log.write(before.apply(made({ group }))));
      for (const [index, step] of steps.entries()) {
        const { group } = step;
        const runs = take(entryOf(before, group), index + 1, step);
        if (runs.length > 0) writes.push(log.write({ ...changes(...runs), group }));
        if (index % 3 === 0) await turn();
      }
      await Promise.all(writes);
      await log.durable();
      const after = new GroupRegistry(() => policy, CLOCKS);
      const restored = logIn(new FakeJournal({ items: journal.items }), after, 1_000_000);
      await restored.replay((record) => after.apply(record), throwing);
      for (const group of GROUPS) {
        expect(prospects(entryOf(after, group), HEAD)).toEqual(prospects(entryOf(before, group), HEAD));
        expect(entryOf(after, group).state.floor).toBe(entryOf(before, group).state.floor);
      }
    });
    await fc.assert(property);
  });
});
