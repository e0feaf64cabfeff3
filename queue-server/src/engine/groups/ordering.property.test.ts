import { describe, expect, it } from '@jest/globals';
import { encodeFrame, type Outcome } from '@typed-queue/contracts/wire';
import * as fc from 'fast-check';
import { Time } from '../conformance/time.fixture.js';
import { draftOf } from '../frames.fixture.js';
import { openMemoryEngine } from '../memory/open-memory-engine.js';
import type { Engine } from '../engine.js';

const MEMBERS = ['a', 'b', 'c'];
const KEYS = ['', 'x', 'y', 'z'];
/** How many handlers a member runs at once; `c` does not say, and knows no new events. */
const CONCURRENCY: Readonly<Record<string, number>> = { a: 1, b: 3 };
const isNew = (seq: number): boolean => seq % 3 === 0;
const KNOWN = new Set(['said', 'new']);

const someStep = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('claim' as const),
      member: fc.nat(2),
      room: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      which: fc.nat(20),
      outcome: fc.constantFrom<Outcome>(
        { kind: 'ack' },
        { kind: 'ack' },
        { kind: 'retry' },
        { kind: 'release' },
        { kind: 'dead-letter' },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(40_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), member: fc.nat(2) }) },
);

/** Members that keep what they claim until it is settled or returned. */
class World {
  readonly time = new Time();
  readonly engine: Engine;
  readonly keys: readonly string[];
  /** Undefined: the group has none. */
  readonly priorities: readonly number[] | undefined;
  /** By seq. */
  readonly held = new Map<number, { readonly member: string; readonly token: number }>();
  /** The seqs of each key, in the order in which they were settled. */
  readonly done: number[] = [];

  constructor(keys: readonly string[], priorities: readonly number[] | undefined) {
    this.keys = keys;
    this.priorities = priorities;
    const { after } = this.time;
    const now = (): number => this.time.now;
    this.engine = openMemoryEngine({ queues: [{ name: 'files', retention: {} }], now, after });
    this.engine.listen({
      committed: () => undefined,
      ready: () => undefined,
      returned: (_queue, _group, { ranges }) => ranges.forEach(([from, to]) => this.#drop(from, to)),
      stalled: () => undefined,
      deadLettersExpired: () => undefined,
      deadLettered: () => undefined,
      passedOver: () => undefined,
    });
  }

  async start(): Promise<void> {
    const drafts = this.keys.map((key, index) => ({
      ...draftOf(index + 1),
      ...(isNew(index + 1) && { event: 'new' }),
      ...(key && { key, headers: JSON.stringify({ key }) }),
      priority: this.priorities?.[index],
    }));
    await this.engine.queue('files').append(encodeFrame(drafts));
    const settings = { maxAttempts: 3, priorities: this.priorities !== undefined };
    await this.engine.group('files', 'g').open({ start: 'start', settings });
  }

  /** Returns whether there was anything. */
  async claim(member: string, maxMessages: number): Promise<boolean> {
    const claimed = await this.engine.group('files', 'g').claim({
      member,
      members: MEMBERS,
      concurrency: CONCURRENCY[member],
      known: KNOWN,
      knows: member === 'c' ? new Set(['said']) : KNOWN,
      maxMessages,
      maxBytes: 10_000,
    });
    if (typeof claimed === 'string') return false;
    for (const frame of claimed.frames) {
      for (let seq = frame.firstSeq; seq <= frame.lastSeq; seq++) {
        this.#check(seq, member);
        this.held.set(seq, { member, token: claimed.token });
      }
    }
    return true;
  }

  async settle(seq: number, outcome: Outcome): Promise<void> {
    const held = this.held.get(seq);
    if (held === undefined || this.#waits(seq)) return;
    this.held.delete(seq);
    const { accepted, returned } = await this.engine
      .group('files', 'g')
      .settle({ ...held, outcome, ranges: [[seq, seq]] });
    expect(accepted).toEqual([[seq, seq]]);
    if (outcome.kind === 'ack') this.done.push(seq);
    for (const { ranges } of returned) ranges.forEach(([from, to]) => this.#drop(from, to));
  }

  async leave(member: string): Promise<void> {
    for (const [seq, held] of this.held) if (held.member === member) this.held.delete(seq);
    await this.engine.group('files', 'g').leave(member);
  }

  /** Messages of a key are leased to one member, none before an earlier one. */
  #check(seq: number, member: string): void {
    expect(this.held.has(seq)).toBe(false);
    expect(this.done).not.toContain(seq);
    expect(member === 'c' && isNew(seq)).toBe(false);
    const key = this.keys[seq - 1];
    if (key === '') return;
    for (const [other, held] of this.held) if (this.keys[other - 1] === key) expect(held.member).toBe(member);
    const later = [...this.held.keys(), ...this.done].filter(
      (other) => this.keys[other - 1] === key && other > seq,
    );
    expect(later).toEqual([]);
  }

  /** A client handles a message of a key after those before it. */
  #waits(seq: number): boolean {
    const key = this.keys[seq - 1];
    return key !== '' && [...this.held.keys()].some((other) => other < seq && this.keys[other - 1] === key);
  }

  #drop(from: number, to: number): void {
    for (let seq = from; seq <= to; seq++) this.held.delete(seq);
  }

  /** Claims and settles everything that is left. */
  async drain(): Promise<void> {
    for (
      let round = 0;
      round < 100 && this.engine.queue('files').groups.list()[0]?.floor !== this.keys.length + 1;
      round++
    ) {
      for (const member of MEMBERS) while (await this.claim(member, 10)) continue;
      for (const seq of [...this.held.keys()].sort((a, b) => a - b)) await this.settle(seq, { kind: 'ack' });
      this.time.pass(40_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(this.engine.queue('files').groups.list()[0]).toMatchObject({
      floor: this.keys.length + 1,
      unsettled: 0,
    });
    await this.engine.close();
  }
}

describe('messages with ordering keys, whatever becomes of them and whether priorities matter', () => {
  it('are leased to one member at a time that knows their event, in their order, and all are settled', async () => {
    const someKeys = fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 30 });
    const somePriorities = fc.option(fc.array(fc.integer({ min: 0, max: 9 })), { nil: undefined });
    const someSteps = fc.array(someStep, { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(someKeys, somePriorities, someSteps, async (keys, priorities, steps) => {
        const world = new World(keys, priorities);
        await world.start();
        for (const step of steps) {
          if (step.kind === 'claim') await world.claim(MEMBERS[step.member] ?? '', step.room);
          else if (step.kind === 'settle')
            await world.settle([...world.held.keys()][step.which] ?? 0, step.outcome);
          else if (step.kind === 'wait') world.time.pass(step.ms);
          else await world.leave(MEMBERS[step.member] ?? '');
        }
        await world.drain();
      }),
      { numRuns: 500 },
    );
  });
});
