import type { Failure, Range } from '@typed-queue/contracts';
import { clipRanges, rangesOf, subtractRanges } from '@typed-queue/contracts/wire';
import type { Settle } from '../claim.js';
import { candidates, type Candidates } from './candidates.js';
import { both, eventOf, failureOf, UNCHANGED, type Change } from './change.js';
import { countOf, newIn, type Run } from './state-runs.js';
import { isReady, READY, SETTLED, type MessageState } from './message-state.js';
import { FailureHistory, type FailureRecord } from './failure-history.js';
import type { GroupPolicy } from './policy.js';
import { MessageStates } from './message-states.js';
import type { KnownEvents } from '../known-events.js';
import type { Lease, LeaseHolder } from './leases.js';
import { leaseOf } from './leased-runs.js';
import { Isolation } from './isolation.js';
import { shownMember } from './member-id.js';
import type { KeyClaimant, OrderingKeys } from './ordering-keys.js';
import { Priorities } from './priorities.js';

/** A member that claims messages. */
export interface Claimant {
  readonly member: string;
  /** How many handlers it runs at once. Default: it does not say, and may have begun all that it holds. */
  readonly concurrency?: number | undefined;
}

interface Holder extends Claimant {
  readonly token: number;
  /** It is not sent its messages yet. Default: it is. */
  readonly excused?: boolean;
}

/**
 * The state of a group: which messages are settled, leased, or wait. Pure: no I/O, and time is a parameter. `floor` is
 * the first seq that is not settled; everything from `cursor` on was never claimed. With priorities, ready messages below
 * the cursor may be new as well: others overtook them.
 */
export class Group {
  policy: GroupPolicy;
  readonly history: FailureHistory;
  readonly #states: MessageStates;
  readonly #isolation = new Isolation();
  #priorities: Priorities | undefined;
  #floor: number;

  constructor(floor: number, policy: GroupPolicy) {
    this.policy = policy;
    this.#floor = floor;
    this.history = new FailureHistory(floor);
    this.#states = new MessageStates(floor);
  }

  get floor(): number {
    return this.#floor;
  }
  get cursor(): number {
    return this.#states.runs.end;
  }
  get leases(): readonly Lease[] {
    return this.#states.leases.all();
  }
  /** The states from the floor to the cursor. */
  get runs(): readonly Run[] {
    return this.#states.runs.all();
  }
  get keys(): OrderingKeys {
    return this.#states.keys;
  }
  /** How many messages below the cursor are not settled. */
  get unsettled(): number {
    return this.#states.runs.unsettled;
  }
  /** At the limit of unsettled messages: nothing new is claimed. */
  get full(): boolean {
    return this.unsettled - this.overtaken >= this.policy.maxUnsettled;
  }
  /** How many messages below the cursor were never claimed, since others overtook them. */
  get overtaken(): number {
    return this.policy.priorities === true ? newIn(this.runs) : 0;
  }
  /** Undefined: messages are handed out in their order. */
  get priorities(): Priorities | undefined {
    if (this.policy.priorities !== true) return undefined;
    return (this.#priorities ??= new Priorities(this.#floor));
  }

  /** Unblocks messages that a member may claim, about `limit` of them. */
  unblock(claimant: KeyClaimant, limit: number, now: number): void {
    this.#states.unblock(claimant, limit, now);
  }

  /** The next messages that a member may claim, at most `limit`: those that were returned, then new ones up to the head. */
  candidates(
    { member, concurrency = Infinity }: Claimant,
    head: number,
    now: number,
    limit: number,
  ): Candidates {
    const fresh: Range = [this.cursor, this.reach(head)];
    const leases = this.#states.leases.of(member);
    const { runs, priorities } = this;
    return candidates({ runs, fresh, leases, concurrency, now, limit, priorities });
  }

  /** The last message that may be claimed now. */
  reach(head: number): number {
    const room = Math.max(0, this.policy.maxUnsettled - this.unsettled);
    return Math.min(head, this.cursor + room - 1);
  }

  /** Whether any member may claim something. */
  hasReady(head: number, now: number): boolean {
    if (!this.full && this.cursor <= head) return true;
    return this.runs.some(({ state }) => state.kind === 'blocked' || isReady(state, now));
  }

  /** Leases ready messages to a member; returns them in their new state. */
  claim(ranges: readonly Range[], holder: Holder, now: number): readonly Run[] {
    const claimed = ranges.flatMap((range) => this.#states.claim(range, holder.token, now));
    this.#states.leases.add(leaseOf(holder, claimed, now + this.policy.leaseMs));
    return claimed;
  }

  /**
   * Leases messages as they were leased before a restart, for a whole term, since nobody knows when they were extended. When
   * they end so, nothing counts a failure. Those of unknown holders are ready again.
   */
  restoreLeases(holders: ReadonlyMap<number, LeaseHolder>, now: number): void {
    this.#states.restoreLeases(holders, now + this.policy.leaseMs);
  }

  /** Blocks messages until a member that knows their event claims. */
  blockForEvent(range: Range, event: string, now: number): void {
    this.#states.block(range, now);
    this.#states.awaited.add(range, event);
  }

  /** Whether a message waits for a member that knows its event. */
  isAwaited(seq: number): boolean {
    return this.#states.awaited.eventOf(seq) !== undefined;
  }

  /** Awaited messages whose event no member knows any more. */
  unknownTo(known: KnownEvents): readonly { readonly event: string; readonly range: Range }[] {
    const awaited = this.#states.awaited.unknownTo(known);
    return awaited.flatMap(([event, seqs]) => rangesOf(seqs).map((range) => ({ event, range })));
  }

  /** Blocks messages until earlier ones of their key are settled. */
  block(range: Range, now: number): void {
    this.#states.block(range, now);
  }

  /** Settles messages that the log has lost, or that the group does not want, unless they are leased. */
  skip(range: Range): Change {
    return this.#done(this.#states.finish(range, { kind: 'skipped' }));
  }

  /** Settles dead messages, whose copies are stored among the dead letters. */
  settleDead(range: Range): Change {
    return this.#done(this.#states.finish(range, { kind: 'dead-lettered' }));
  }

  /** Makes a dead letter pending again, with no failed attempts; its history is kept. */
  redrive(seq: number, failures: readonly Failure[]): void {
    this.#states.reopen(seq);
    this.#floor = Math.min(this.#floor, seq);
    this.history.reopen(seq);
    this.#priorities?.reopen(seq);
    this.history.record(failures.map((failure) => ({ from: seq, to: seq, failure })));
  }

  isSettled(seq: number): boolean {
    if (seq >= this.cursor) return false;
    return this.#states.runs.within(seq, seq).every(({ state }) => state.kind === 'settled');
  }

  /** The state of a message, new ones included. */
  stateOf(seq: number): MessageState {
    if (seq < this.floor) return SETTLED;
    return this.#states.runs.within(seq, seq)[0]?.state ?? READY;
  }

  /** The member that a lease is of; empty when there is none. */
  holderOf(token: number): string {
    return this.#states.leases.memberOf(token);
  }

  /** Applies an outcome to messages leased under a token. `time`: of their failure, by the wall clock. */
  settle({ token, member, outcome, ranges, maxRefused }: Settle, now: number, time = now): Change {
    const states = this.#states;
    const lease = states.leases.find(token, member);
    const refused = states.notUnder(lease?.token, ranges ?? [], maxRefused);
    if (lease === undefined) return { ...UNCHANGED, refused };
    this.#isolation.seen(member);
    if (outcome.kind === 'extend') {
      states.leases.extend(token, now + this.policy.leaseMs);
      return { ...UNCHANGED, refused };
    }
    const ended = states.end(
      token,
      eventOf(outcome, this.policy, now),
      clipRanges(ranges ?? [lease.span], lease.span),
    );
    return { ...this.#done(ended, failureOf(outcome, member, time)), refused };
  }

  /**
   * Ends the leases whose deadline has passed. Only what their members may have begun counts a failure, however many
   * leases a member loses before its next sign of life; the rest is returned uncounted. `time`: as in `settle`.
   */
  expire(now: number, time = now): { readonly lease: Lease; readonly change: Change }[] {
    const ended = this.leases
      .filter((lease) => lease.deadline <= now)
      .map((lease) => ({ lease, suspects: this.#isolation.suspectsUnder(lease, this.#states) }));
    // Messages that were not begun first: as later messages of a suspect's key they would not count as returned.
    const changes = ended
      .map(({ lease, suspects }) => ({ lease, suspects, rest: this.#return(lease, suspects) }))
      .map(({ lease, suspects, rest }) => ({ lease, change: both(rest, this.#lose(lease, suspects, time)) }));
    for (const { lease } of ended) {
      if (this.#states.leases.of(lease.member).length === 0) this.#isolation.seen(lease.member);
    }
    return changes;
  }

  #lose({ token, member }: Lease, suspects: readonly Range[], time: number): Change {
    const { maxAttempts } = this.policy;
    const ended = this.#states.end(token, { kind: 'lost', maxAttempts }, suspects);
    this.#isolation.count(member, countOf(ended.changed));
    const failure = { time, kind: 'lost', reason: 'its lease ended', member: shownMember(member) } as const;
    return this.#done(ended, { failure });
  }

  #return({ token, span }: Lease, suspects: readonly Range[]): Change {
    const rest = subtractRanges([span], suspects);
    return this.#done(this.#states.end(token, { kind: 'returned' }, rest));
  }

  /** Whether a member holds a lease under this token. */
  holds(token: number, member: string): boolean {
    return this.#states.leases.find(token, member) !== undefined;
  }

  /** Ends the leases of a member that vanished at a time, unless they end before. `excused`: for no fault of its own. */
  abandon(member: string, until: number, excused: boolean): void {
    this.#states.leases.shorten(member, until, excused);
  }

  /** The messages of a lease leave now: its time begins. */
  sent(token: number, now: number): void {
    this.#states.leases.extend(token, now + this.policy.leaseMs);
  }

  /** Nobody can extend leases at the moment: none ends before a time. */
  postpone(until: number): void {
    this.#states.leases.postpone(until);
  }

  /** When the next lease ends or the next retry is due, after `now`; undefined: never. */
  nextDue(now: number): number | undefined {
    let next = Infinity;
    for (const lease of this.leases) next = Math.min(next, Math.max(lease.deadline, now + 1));
    for (const { state } of this.runs) {
      // Retries that are due wait for a claim.
      if (state.kind === 'scheduled' && state.dueAt > now) next = Math.min(next, state.dueAt);
    }
    return next === Infinity ? undefined : next;
  }

  /** Puts messages into a state that was stored. */
  restore(run: Run): void {
    const { from, to, state } = run;
    this.#states.runs.restore(Math.max(from, this.#floor), to, state);
    this.#settled([run]);
  }

  #done(
    { changed, returned, takenBack }: Pick<Change, 'changed' | 'returned' | 'takenBack'>,
    failed?: Pick<FailureRecord, 'failure' | 'code'>,
  ): Change {
    const failures = this.history.record(
      failed ? changed.map(({ from, to }) => ({ from, to, ...failed })) : [],
    );
    this.#settled(changed);
    return { changed, failures, refused: [], returned, takenBack };
  }

  /** Forgets settled messages, and moves the floor past them. */
  #settled(changed: readonly Run[]): void {
    for (const { from, to, state } of changed) {
      if (state.kind !== 'settled') continue;
      this.history.forget(from, to);
      this.#priorities?.settled([from, to]);
    }
    this.#floor = this.#states.runs.trim();
  }
}
