import { expect } from '@jest/globals';
import type { Range } from '@typed-queue/contracts';
import type { Outcome } from '@typed-queue/contracts/wire';
import type { Change } from './change.js';
import type { LeaseHolder } from './leases.js';
import { afterRestart, afterTakeover, attemptOf, type MessageState } from './message-state.js';
import { Group } from './group.js';

const LEASE_MS = 100;
const HEAD = 40;

export type Command =
  | { readonly kind: 'claim'; readonly member: string; readonly limit: number }
  | { readonly kind: 'settle'; readonly lease: number; readonly outcome: Outcome; readonly part: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'dead-letter' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'takeover' };

/** How many handlers a member runs at once; the third does not say. */
const CONCURRENCY: Readonly<Record<string, number>> = { a: 1, b: 3, c: Infinity };

/** Drives a group beside the plain facts about every message, and checks each promise after each step. */
export class World {
  readonly policy = { leaseMs: LEASE_MS, maxUnsettled: 30, maxAttempts: 3, retryDelayMs: () => 50 };
  group = new Group(1, this.policy);
  now = 0;
  token = 0;
  readonly written: Pick<Change, 'changed' | 'takenBack' | 'failures'>[] = [];
  readonly leases = new Map<number, LeaseHolder>();
  /** Tokens of leases whose members were not heard since a takeover. */
  readonly excused = new Set<number>();
  /** Who holds a message now. */
  readonly holder = new Map<number, { readonly token: number; readonly member: string }>();
  readonly acked = new Set<number>();
  readonly dead = new Set<number>();
  readonly deadLettered = new Set<number>();
  /** Messages whose handler may have been running when their holder was lost. */
  readonly isolated = new Set<number>();
  /** Messages that a lost holder is not thought to have begun. */
  readonly unprefetched = new Set<number>();
  /** How many suspects were counted against a member since its last sign of life. */
  readonly counted = new Map<string, number>();
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
      case 'dead-letter':
        this.deadLetter();
        break;
      case 'restart':
        this.restart();
        break;
      case 'takeover':
        this.takeover();
        break;
    }
  }

  claim(member: string, limit: number): void {
    const claimant = { member, concurrency: CONCURRENCY[member] };
    const { ranges } = this.group.candidates(claimant, HEAD, this.now, limit);
    if (ranges.length === 0) return;
    const before = [...this.holder.keys()].length;
    const token = ++this.token;
    const claimed = this.group.claim(ranges, { token, ...claimant }, this.now);
    this.written.push({ changed: claimed, takenBack: [], failures: [] });
    this.leases.set(token, { token, member, concurrency: CONCURRENCY[member] ?? 0 });
    for (const { from, to, state } of claimed) {
      for (let seq = from; seq <= to; seq++) {
        expect(this.over(seq)).toBe(false);
        expect(this.holder.has(seq)).toBe(false);
        this.holder.set(seq, { token, member });
        expect(attemptOf(state)).toBe((this.failures.get(seq) ?? 0) + 1);
      }
    }
    this.checkClaim(member);
    expect(this.holder.size - before).toBeLessThanOrEqual(limit);
    expect(this.group.unsettled).toBeLessThanOrEqual(this.policy.maxUnsettled);
  }

  /** One isolated message at most; with one, or with messages without prefetch, no more than can be begun. */
  checkClaim(member: string): void {
    const held = this.held(member);
    const isolated = held.filter((seq) => this.isolated.has(seq));
    expect(isolated.length).toBeLessThanOrEqual(1);
    if (isolated.length === 0 && !held.some((seq) => this.unprefetched.has(seq))) return;
    expect(held.length).toBeLessThanOrEqual(CONCURRENCY[member] ?? 0);
  }

  settle(index: number, outcome: Outcome, part: number): void {
    const lease = this.group.leases[index];
    if (lease === undefined) return;
    const { token, member } = lease;
    const held = [...this.holder].filter(([, by]) => by.token === token).map(([seq]) => seq);
    expect(lease.unsettled).toBe(held.length);
    const ranges = part === 0 ? undefined : held.slice(0, part).map((seq): Range => [seq, seq]);
    const change = this.group.settle({ token, member, outcome, ranges }, this.now);
    expect(change.refused).toEqual([]);
    this.written.push(change);
    this.counted.delete(member);
    if (outcome.kind === 'extend') {
      this.excused.delete(token);
      return;
    }
    for (const seq of part === 0 ? held : held.slice(0, part)) {
      this.holder.delete(seq);
      if (outcome.kind === 'ack') this.acked.add(seq);
      if (outcome.kind === 'retry') this.failed(seq);
      if (outcome.kind === 'dead-letter') this.dead.add(seq);
      if (outcome.kind === 'retry') this.isolated.delete(seq);
      if (outcome.kind === 'retry') this.unprefetched.delete(seq);
    }
  }

  expire(): void {
    const before = new Map(this.holder);
    const counted = new Map(this.counted);
    for (const { lease, change } of this.group.expire(this.now)) {
      this.written.push(change);
      const { token, member } = lease;
      const concurrency = CONCURRENCY[member] ?? 0;
      const begun = new Set(begunOf(before, member).slice(0, concurrency));
      const under = [...before].filter(([, by]) => by.token === token).map(([seq]) => seq);
      const suspects = under
        .filter((seq) => begun.has(seq) && !this.excused.has(token))
        .slice(0, concurrency - (counted.get(member) ?? 0));
      for (const seq of under) {
        this.holder.delete(seq);
        if (suspects.includes(seq)) this.lost(seq);
        else if (!this.isolated.has(seq)) this.unprefetched.add(seq);
      }
      this.counted.set(member, (this.counted.get(member) ?? 0) + suspects.length);
      if (this.held(member).length === 0) this.counted.delete(member);
    }
  }

  lost(seq: number): void {
    this.failed(seq);
    this.isolated.add(seq);
    this.unprefetched.delete(seq);
  }

  failed(seq: number): void {
    const failures = (this.failures.get(seq) ?? 0) + 1;
    this.failures.set(seq, failures);
    if (failures >= this.policy.maxAttempts) this.dead.add(seq);
  }

  /** Copies what is dead: nothing else is, and each has the history of its failures. */
  deadLetter(): void {
    for (const { from, to, state } of [...this.group.runs]) {
      if (state.kind !== 'dead') continue;
      for (let seq = from; seq <= to; seq++) {
        expect(this.dead.has(seq)).toBe(true);
        expect(this.group.history.of(seq)).toHaveLength(state.failures);
        this.deadLettered.add(seq);
      }
      this.written.push(this.group.settleDead([from, to]));
    }
    expect(this.group.runs.filter(({ state }) => state.kind === 'dead')).toEqual([]);
  }

  restart(): void {
    for (const { token, member } of this.group.leases)
      this.written.push(this.group.settle({ token, member, outcome: { kind: 'release' } }, this.now));
    this.#restore(afterRestart);
    this.holder.clear();
    this.counted.clear();
  }

  /** Another owner restores the group: members hold what they held. */
  takeover(): void {
    this.#restore(afterTakeover);
    this.group.restoreLeases(this.leases, this.now);
    for (const { token, deadline } of this.group.leases) {
      expect(deadline).toBe(this.now + LEASE_MS);
      this.excused.add(token);
    }
    expect(this.group.leases.reduce((sum, { unsettled }) => sum + unsettled, 0)).toBe(this.holder.size);
    for (const [seq, { token, member }] of this.holder) {
      expect(this.group.stateOf(seq)).toMatchObject({ kind: 'leased', token });
      expect(this.group.holderOf(token)).toBe(member);
    }
    this.counted.clear();
  }

  #restore(stored: (state: MessageState) => MessageState): void {
    this.group = new Group(1, this.policy);
    for (const { changed, takenBack, failures } of this.written) {
      this.group.history.record(failures);
      for (const run of [...changed, ...takenBack]) this.group.restore({ ...run, state: stored(run.state) });
    }
  }

  held(member: string): number[] {
    return [...this.holder].filter(([, by]) => by.member === member).map(([seq]) => seq);
  }

  over(seq: number): boolean {
    return this.acked.has(seq) || this.dead.has(seq);
  }

  get done(): number {
    return this.acked.size + this.deadLettered.size;
  }

  /** Settles all there is; every message must come until it is acked. */
  drain(): void {
    for (let round = 0; round < 200 && this.done < HEAD; round++) {
      this.now += LEASE_MS;
      this.expire();
      this.deadLetter();
      this.claim('a', HEAD);
      while (this.group.leases.length > 0) this.settle(0, { kind: 'ack' }, 0);
    }
    expect(this.done).toBe(HEAD);
    expect(this.group.floor).toBe(HEAD + 1);
  }
}

/** What a member holds, in the order in which it begins it. */
const begunOf = (
  holder: ReadonlyMap<number, { readonly token: number; readonly member: string }>,
  member: string,
): number[] =>
  [...holder]
    .filter(([, by]) => by.member === member)
    .sort(([seq, one], [other, two]) => one.token - two.token || seq - other)
    .map(([seq]) => seq);
