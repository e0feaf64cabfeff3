import { describe, expect, it } from '@jest/globals';
import type { Outcome, Range } from '@typed-queue/contracts';
import * as fc from 'fast-check';
import { Group } from './group.js';

const LEASE_MS = 100;
const HEAD = 40;
const MEMBERS = ['a', 'b'];

type Command =
  | { readonly kind: 'claim'; readonly member: string; readonly limit: number }
  | { readonly kind: 'settle'; readonly lease: number; readonly outcome: Outcome; readonly part: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'restart' };

const someOutcome: fc.Arbitrary<Outcome> = fc.constantFrom<Outcome>(
  { kind: 'ack' },
  { kind: 'retry' },
  { kind: 'release' },
  { kind: 'extend' },
);
const someCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant('claim' as const),
    member: fc.constantFrom(...MEMBERS),
    limit: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({
    kind: fc.constant('settle' as const),
    lease: fc.nat(5),
    outcome: someOutcome,
    part: fc.integer({ min: 0, max: 12 }),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(80) }),
  fc.constant<Command>({ kind: 'restart' }),
);

/** Drives a group beside the plain facts about every message, and checks each promise after each step. */
class World {
  readonly policy = { leaseMs: LEASE_MS, backOff: () => 50 };
  group = new Group(1, this.policy);
  now = 0;
  token = 0;
  readonly written: ReturnType<Group['settle']>['changed'][number][] = [];
  /** Who holds a message now. */
  readonly holder = new Map<number, number>();
  readonly acked = new Set<number>();
  readonly failures = new Map<number, number>();

  run(command: Command): void {
    this.expire();
    switch (command.kind) {
      case 'claim':
        this.claim(command.member, command.limit);
        break;
      case 'settle':
        this.settle(command.lease, command.outcome, command.part);
        break;
      case 'wait':
        this.now += command.ms;
        this.expire();
        break;
      case 'restart':
        this.restart();
        break;
    }
  }

  claim(member: string, limit: number): void {
    const range = this.group.candidates(HEAD, this.now, limit)[0];
    if (range === undefined) return;
    const token = ++this.token;
    const attempts = this.group.claim([range], { token, member }, this.now);
    for (let seq = range[0]; seq <= range[1]; seq++) {
      expect(this.acked.has(seq)).toBe(false);
      expect(this.holder.has(seq)).toBe(false);
      this.holder.set(seq, token);
      const attempt = attempts.find(([from, to]) => from <= seq && seq <= to)?.[2] ?? 1;
      expect(attempt).toBe((this.failures.get(seq) ?? 0) + 1);
    }
  }

  settle(index: number, outcome: Outcome, part: number): void {
    const lease = this.group.leases[index];
    if (lease === undefined) return;
    const { token, member } = lease;
    const held = [...this.holder].filter(([, by]) => by === token).map(([seq]) => seq);
    expect(lease.unsettled).toBe(held.length);
    const ranges = part === 0 ? undefined : held.slice(0, part).map((seq): Range => [seq, seq]);
    const { changed, lost } = this.group.settle({ token, member, outcome, ranges }, this.now);
    expect(lost).toEqual([]);
    this.written.push(...changed);
    if (outcome.kind === 'extend') return;
    for (const seq of part === 0 ? held : held.slice(0, part)) {
      this.holder.delete(seq);
      if (outcome.kind === 'ack') this.acked.add(seq);
      if (outcome.kind === 'retry') this.failures.set(seq, (this.failures.get(seq) ?? 0) + 1);
    }
  }

  expire(): void {
    for (const { lease, change } of this.group.expire(this.now)) {
      this.written.push(...change.changed);
      for (const [seq, token] of this.holder) {
        if (token !== lease.token) continue;
        this.holder.delete(seq);
        this.failures.set(seq, (this.failures.get(seq) ?? 0) + 1);
      }
    }
  }

  restart(): void {
    this.group = new Group(1, this.policy);
    for (const run of this.written) this.group.restore(run);
    this.holder.clear();
  }

  /** Settles all there is; every message must come until it is acked. */
  drain(): void {
    for (let round = 0; round < 200 && this.acked.size < HEAD; round++) {
      this.now += LEASE_MS;
      this.expire();
      this.claim('a', HEAD);
      while (this.group.leases.length > 0) this.settle(0, { kind: 'ack' }, 0);
    }
    expect(this.acked.size).toBe(HEAD);
    expect(this.group.floor).toBe(HEAD + 1);
  }
}

describe('a group under any order of claims, outcomes, waits and restarts', () => {
  it('loses no message, gives none to two members at once, none again after its ack, and counts its failures', () => {
    fc.assert(
      fc.property(fc.array(someCommand, { maxLength: 60 }), (commands) => {
        const world = new World();
        for (const command of commands) world.run(command);
        world.drain();
      }),
      { numRuns: 300 },
    );
  });
});
