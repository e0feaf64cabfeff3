import type { Failure, Range } from '@typed-queue/contracts';
import { candidates, type Candidates } from './candidates.js';
import { eventOf, failureOf, UNCHANGED, type Change, type TokenOutcome } from './change.js';
import type { Run } from './delivery-runs.js';
import { isReady } from './delivery.js';
import { FailureHistory, type NotedFailure } from './failure-history.js';
import type { GroupPolicy } from './group-policy.js';
import { countOf, Holdings, type Effect } from './holdings.js';
import type { KnownEvents } from '../known-events.js';
import type { Lease } from './leases.js';
import { shownMember } from './member-id.js';
import type { KeyTaker, OrderingKeys } from './ordering-keys.js';
import { rangesOf, withoutRanges } from './seq-ranges.js';

/** Who takes messages. */
export interface Taker {
  readonly member: string;
  /** How many handlers it runs at once. Default: it does not say, and may have begun all that it holds. */
  readonly concurrency?: number | undefined;
}

interface Holder extends Taker {
  readonly token: number;
}

/**
 * The state of a group: which messages are settled, who holds which, which wait. Pure: no I/O, and time comes in
 * as `now`. `floor` is the first seq that is not settled; everything from `cursor` on was never handed out.
 */
export class Group {
  policy: GroupPolicy;
  readonly history: FailureHistory;
  readonly #holdings: Holdings;
  /** By member: how many suspects were counted since it last gave a sign of life. */
  readonly #suspects = new Map<string, number>();
  #floor: number;

  constructor(floor: number, policy: GroupPolicy) {
    this.policy = policy;
    this.#floor = floor;
    this.history = new FailureHistory(floor);
    this.#holdings = new Holdings(floor);
  }

  get floor(): number {
    return this.#floor;
  }
  get cursor(): number {
    return this.#holdings.runs.end;
  }
  get leases(): readonly Lease[] {
    return this.#holdings.leases.all();
  }
  /** The states from the floor to the cursor. */
  get runs(): readonly Run[] {
    return this.#holdings.runs.all();
  }
  get keys(): OrderingKeys {
    return this.#holdings.keys;
  }
  /** How many messages below the cursor are not settled. */
  get unsettled(): number {
    return this.#holdings.runs.unsettled;
  }
  /** So much is unsettled that nothing new goes out. */
  get full(): boolean {
    return this.unsettled >= this.policy.maxUnsettled;
  }

  /** Messages that waited for a key that the member may take wait no longer, about so many of them. */
  free(taker: KeyTaker, limit: number, now: number): void {
    this.#holdings.free(taker, limit, now);
  }

  /** The next messages that may go to a member, at most so many: those that came back, then fresh ones to the head. */
  candidates(
    { member, concurrency = Infinity }: Taker,
    head: number,
    now: number,
    limit: number,
  ): Candidates {
    const room = Math.max(0, this.policy.maxUnsettled - this.unsettled);
    const fresh: Range = [this.cursor, Math.min(head, this.cursor + room - 1)];
    const leases = this.#holdings.leases.of(member);
    return candidates({ runs: this.runs, fresh, leases, concurrency, now, limit });
  }

  /** Whether there is anything that may go to one member or another. */
  hasReady(head: number, now: number): boolean {
    if (!this.full && this.cursor <= head) return true;
    return this.runs.some(({ delivery }) => delivery.kind === 'blocked' || isReady(delivery, now));
  }

  /** Hands ready messages to a member; returns them in their new state. */
  claim(
    ranges: readonly Range[],
    { token, member, concurrency = Infinity }: Holder,
    now: number,
  ): readonly Run[] {
    const claimed = ranges.flatMap((range) => this.#holdings.claim(range, token, now));
    const leased = claimed.flatMap(({ delivery }) => (delivery.kind === 'leased' ? [delivery] : []));
    this.#holdings.leases.add({
      ...{ token, member, concurrency, deadline: now + this.policy.leaseMs, unsettled: countOf(claimed) },
      alone: leased.some(({ alone }) => alone),
      noPrefetch: leased.some(({ noPrefetch }) => noPrefetch),
      span: spanOf(claimed),
    });
    return claimed;
  }

  /** Messages wait for a member that knows their event. */
  await(range: Range, event: string, now: number): void {
    this.#holdings.block(range, now);
    this.#holdings.awaited.add(range, event);
  }

  /** Whether a message waited for a member that knows its event, and was handed to nobody since. */
  isAwaited(seq: number): boolean {
    return this.#holdings.awaited.eventOf(seq) !== undefined;
  }

  /** Messages that wait for a member that knows their event, where none does. */
  unknownTo(known: KnownEvents): readonly { readonly event: string; readonly range: Range }[] {
    const awaited = this.#holdings.awaited.unknownTo(known);
    return awaited.flatMap(([event, seqs]) => rangesOf(seqs).map((range) => ({ event, range })));
  }

  /** Messages whose key is somewhere else wait for those before them. */
  block(range: Range, now: number): void {
    this.#holdings.block(range, now);
  }

  /** Messages that the log no longer has, or that the group does not want, are done with unless somebody holds them. */
  skip(range: Range): Change {
    return this.#done(this.#holdings.finish(range, { kind: 'skipped' }));
  }

  /** Copies of these messages stand among the dead letters. */
  bury(range: Range): Change {
    return this.#done(this.#holdings.finish(range, { kind: 'buried' }));
  }

  /** A message that was given up is handed out once more, with its attempts counted anew; why it failed is kept. */
  redrive(seq: number, failures: readonly Failure[]): void {
    this.#holdings.reopen(seq);
    this.#floor = Math.min(this.#floor, seq);
    this.history.reopen(seq);
    this.history.note(failures.map((failure) => ({ from: seq, to: seq, failure })));
  }

  /** Whether the group is done with a message. */
  isSettled(seq: number): boolean {
    if (seq >= this.cursor) return false;
    return this.#holdings.runs.within(seq, seq).every(({ delivery }) => delivery.kind === 'settled');
  }

  /** Applies an outcome to messages that a member holds under a token. `time`: of their failure, by the wall clock. */
  settle({ token, member, outcome, ranges, maxLost }: TokenOutcome, now: number, time = now): Change {
    const holdings = this.#holdings;
    const lease = holdings.leases.held(token, member);
    const lost = holdings.notUnder(lease?.token, ranges ?? [], maxLost);
    if (lease === undefined) return { ...UNCHANGED, lost };
    this.#suspects.delete(member);
    if (outcome.kind === 'extend') {
      holdings.leases.extend(token, now + this.policy.leaseMs);
      return { ...UNCHANGED, lost };
    }
    const effect = holdings.end(token, eventOf(outcome, this.policy, now), within(lease.span, ranges));
    return { ...this.#done(effect, failureOf(outcome, member, time)), lost };
  }

  /**
   * Ends the leases whose deadline has passed. Only what their members may have begun counts a failure, however many
   * leases a member loses before its next sign of life; the rest is given back uncounted. `time`: as in `settle`.
   */
  expire(now: number, time = now): { readonly lease: Lease; readonly change: Change }[] {
    const ended = this.leases
      .filter((lease) => lease.deadline <= now)
      .map((lease) => ({ lease, suspects: this.#suspectsUnder(lease) }));
    // What was not begun goes first: what goes back behind a suspect of its key would not be known as returned.
    const changes = ended
      .map(({ lease, suspects }) => ({ lease, suspects, rest: this.#return(lease, suspects) }))
      .map(({ lease, suspects, rest }) => {
        const lost = this.#lose(lease, suspects, time);
        const changed = [...rest.changed, ...lost.changed].sort((one, other) => one.from - other.from);
        return { lease, change: { ...lost, changed, returned: [...rest.returned, ...lost.returned] } };
      });
    for (const { lease } of ended) {
      if (this.#holdings.leases.of(lease.member).length === 0) this.#suspects.delete(lease.member);
    }
    return changes;
  }

  /** The messages under a lease that its member may have begun. */
  #suspectsUnder({ token, member, concurrency }: Lease): readonly Range[] {
    const counted = this.#suspects.get(member) ?? 0;
    const suspects = this.#holdings.begunBy(member, concurrency).filter((begun) => begun.token === token);
    return rangesOf(suspects.slice(0, Math.max(0, concurrency - counted)).map(({ seq }) => seq));
  }

  #lose({ token, member }: Lease, suspects: readonly Range[], time: number): Change {
    const { maxAttempts } = this.policy;
    const effect = this.#holdings.end(token, { kind: 'lost', maxAttempts }, suspects);
    this.#suspects.set(member, (this.#suspects.get(member) ?? 0) + countOf(effect.changed));
    const failure = {
      time,
      kind: 'lost',
      reason: 'its lease ended',
      member: shownMember(member),
    } as const;
    return this.#done(effect, { failure });
  }

  #return({ token, span }: Lease, suspects: readonly Range[]): Change {
    const rest = withoutRanges(span, suspects);
    return this.#done(this.#holdings.end(token, { kind: 'returned' }, rest));
  }

  /** Whether a member holds a lease under this token. */
  holds(token: number, member: string): boolean {
    return this.#holdings.leases.held(token, member) !== undefined;
  }

  /** The member is gone: its leases end at a time, unless they end before. */
  abandon(member: string, until: number): void {
    this.#holdings.leases.shorten(member, until);
  }

  /** When the next lease ends or the next retry is due, after `now`; undefined: nothing happens by itself. */
  nextAlarm(now: number): number | undefined {
    let next = Infinity;
    for (const lease of this.leases) next = Math.min(next, Math.max(lease.deadline, now + 1));
    for (const { delivery } of this.runs) {
      // What is due already waits for a member, not for time.
      if (delivery.kind === 'scheduled' && delivery.dueAt > now) next = Math.min(next, delivery.dueAt);
    }
    return next === Infinity ? undefined : next;
  }

  /** Puts messages into a state that was written down. */
  restore(run: Run): void {
    const { from, to, delivery } = run;
    this.#holdings.runs.restore(Math.max(from, this.#floor), to, delivery);
    this.#settled([run]);
  }

  #done({ changed, returned }: Effect, failed?: Pick<NotedFailure, 'failure' | 'code'>): Change {
    const failures = this.history.note(
      failed ? changed.map(({ from, to }) => ({ from, to, ...failed })) : [],
    );
    this.#settled(changed);
    return { changed, failures, lost: [], returned };
  }

  /** Forgets why those failed that are settled, and moves the floor over them. */
  #settled(changed: readonly Run[]): void {
    for (const { from, to, delivery } of changed) {
      if (delivery.kind === 'settled') this.history.forget(from, to);
    }
    this.#floor = this.#holdings.runs.trim();
  }
}

const spanOf = (runs: readonly Run[]): Range => [runs[0]?.from ?? 0, runs.at(-1)?.to ?? 0];

/** What of ranges is within a span: all of it without ranges. */
const within = ([from, to]: Range, ranges: readonly Range[] = [[from, to]]): readonly Range[] =>
  ranges
    .map(([first, last]): Range => [Math.max(first, from), Math.min(last, to)])
    .filter(([first, last]) => first <= last);
