import type { Range } from '@typed-queue/contracts';
import { candidates, type Candidates } from './candidates.js';
import { eventOf, failureOf, UNCHANGED, type Change, type TokenOutcome } from './change.js';
import type { Run } from './delivery-runs.js';
import { isReady } from './delivery.js';
import { FailureHistory, type NotedFailure } from './failure-history.js';
import type { GroupPolicy } from './group-policy.js';
import { countOf, Holdings, type Effect } from './holdings.js';
import type { Lease } from './leases.js';
import type { KeyTaker, OrderingKeys } from './ordering-keys.js';

interface Holder {
  readonly token: number;
  readonly member: string;
}

/**
 * The state of a group: which messages are settled, who holds which, which wait. Pure: no I/O, and time comes in
 * as `now`. `floor` is the first seq that is not settled; everything from `cursor` on was never handed out.
 */
export class Group {
  policy: GroupPolicy;
  readonly history: FailureHistory;
  readonly #holdings: Holdings;
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
  candidates(member: string, head: number, now: number, limit: number): Candidates {
    const room = Math.max(0, this.policy.maxUnsettled - this.unsettled);
    const fresh: Range = [this.cursor, Math.min(head, this.cursor + room - 1)];
    const leases = this.leases.filter((lease) => lease.member === member);
    return candidates({ runs: this.runs, fresh, leases, now, limit });
  }

  /** Whether there is anything that may go to one member or another. */
  hasReady(head: number, now: number): boolean {
    if (!this.full && this.cursor <= head) return true;
    return this.runs.some(({ delivery }) => delivery.kind === 'blocked' || isReady(delivery, now));
  }

  /** Hands ready messages to a member; returns them in their new state. */
  claim(ranges: readonly Range[], holder: Holder, now: number): readonly Run[] {
    const claimed = ranges.flatMap((range) => this.#holdings.claim(range, holder.token, now));
    const alone = claimed.some(({ delivery }) => delivery.kind === 'leased' && delivery.alone);
    const deadline = now + this.policy.leaseMs;
    this.#holdings.leases.add({
      ...holder,
      deadline,
      unsettled: countOf(claimed),
      alone,
      span: spanOf(claimed),
    });
    return claimed;
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

  /** Applies an outcome to messages that a member holds under a token. */
  settle({ token, member, outcome, ranges, maxLost }: TokenOutcome, now: number): Change {
    const holdings = this.#holdings;
    const lease = holdings.leases.held(token, member);
    const lost = holdings.notUnder(lease?.token, ranges ?? [], maxLost);
    if (lease === undefined) return { ...UNCHANGED, lost };
    if (outcome.kind === 'extend') {
      holdings.leases.extend(token, now + this.policy.leaseMs);
      return { ...UNCHANGED, lost };
    }
    const effect = holdings.end(token, eventOf(outcome, this.policy, now), within(lease.span, ranges));
    return { ...this.#done(effect, failureOf(outcome, member, now)), lost };
  }

  /** Ends the leases whose deadline has passed, each as a lost holder. */
  expire(now: number): { readonly lease: Lease; readonly change: Change }[] {
    const { maxAttempts } = this.policy;
    return this.leases
      .filter((lease) => lease.deadline <= now)
      .map((lease) => {
        const { token, member } = lease;
        const effect = this.#holdings.end(token, { kind: 'lost', maxAttempts }, [lease.span]);
        const failure = { time: now, kind: 'lost', reason: 'its lease ended', member } as const;
        return { lease, change: this.#done(effect, { failure }) };
      });
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
