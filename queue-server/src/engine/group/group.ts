import type { Outcome, Range } from '@typed-queue/contracts';
import { DeliveryRuns, type Run } from './delivery-runs.js';
import { attemptOf, isReady, READY, transition, type DeliveryEvent } from './delivery.js';
import { Leases, type Lease } from './leases.js';

export interface GroupPolicy {
  readonly leaseMs: number;
  /** How long a message waits after so many failures, in milliseconds. */
  readonly backOff: (failures: number) => number;
}

/** What a change did: the messages in their new state, to be written down. */
export interface Change {
  readonly changed: readonly Run[];
  /** Messages that did not stand under the token. */
  readonly lost: readonly Range[];
}

export interface TokenOutcome {
  readonly token: number;
  readonly member: string;
  readonly outcome: Outcome;
  /** Default: everything unsettled under the token. */
  readonly ranges?: readonly Range[] | undefined;
}

/**
 * The state of a group: which messages are settled, who holds which, which wait. Pure: no I/O, and time comes in
 * as `now`. `floor` is the first seq that is not settled; everything from `cursor` on was never handed out.
 */
export class Group {
  #floor: number;
  readonly #runs: DeliveryRuns;
  readonly #leases = new Leases();
  readonly #policy: GroupPolicy;

  constructor(floor: number, policy: GroupPolicy) {
    this.#floor = floor;
    this.#runs = new DeliveryRuns(floor);
    this.#policy = policy;
  }

  get floor(): number {
    return this.#floor;
  }
  get cursor(): number {
    return this.#runs.end;
  }
  get leases(): readonly Lease[] {
    return this.#leases.all();
  }
  /** The states from the floor to the cursor. */
  get runs(): readonly Run[] {
    return this.#runs.all();
  }

  /** The next messages that may go out, at most so many: those that came back, then fresh ones up to the head. */
  candidates(head: number, now: number, limit: number): Range[] {
    const ranges: Range[] = [];
    let room = limit;
    const add = (from: number, to: number): void => {
      const last = Math.min(to, from + room - 1);
      if (last < from) return;
      ranges.push([from, last]);
      room -= last - from + 1;
    };
    for (const run of this.#runs.all()) {
      if (room === 0) return ranges;
      if (isReady(run.delivery, now)) add(run.from, run.to);
    }
    add(this.cursor, head);
    return ranges;
  }

  /** Hands ready messages to a member. Returns the attempts of those that failed before. */
  claim(
    ranges: readonly Range[],
    holder: { readonly token: number; readonly member: string },
    now: number,
  ): [from: number, to: number, attempt: number][] {
    const claimed = ranges.flatMap(([from, to]) => {
      this.#runs.extend(to, READY);
      this.#apply(from, to, { kind: 'due', now });
      return this.#apply(from, to, { kind: 'claimed', token: holder.token });
    });
    this.#leases.add({ ...holder, deadline: now + this.#policy.leaseMs, unsettled: countOf(claimed) });
    return claimed
      .filter((run) => attemptOf(run.delivery) > 1)
      .map((run) => [run.from, run.to, attemptOf(run.delivery)]);
  }

  /** Messages that the log no longer has, and that nobody holds, are done with. */
  skip([from, to]: Range): Change {
    this.#runs.extend(to, READY);
    return this.#done(this.#apply(from, to, { kind: 'skipped' }), []);
  }

  /** Applies an outcome to messages that a member holds under a token. */
  settle({ token, member, outcome, ranges }: TokenOutcome, now: number): Change {
    if (this.#leases.held(token, member) === undefined) {
      return { changed: [], lost: (ranges ?? []).flatMap((range) => this.#notUnder(undefined, range)) };
    }
    if (outcome.kind === 'extend') {
      this.#leases.extend(token, now + this.#policy.leaseMs);
      return { changed: [], lost: [] };
    }
    const event = this.#event(outcome, now);
    const lost = (ranges ?? []).flatMap((range) => this.#notUnder(token, range));
    return this.#end(token, event, ranges ?? this.#everything(), lost);
  }

  /** Ends the leases whose deadline has passed, each as a lost holder. */
  expire(now: number): { readonly lease: Lease; readonly change: Change }[] {
    return this.leases
      .filter((lease) => lease.deadline <= now)
      .map((lease) => ({ lease, change: this.#end(lease.token, { kind: 'lost' }, this.#everything(), []) }));
  }

  /** Whether a member holds a lease under this token. */
  holds(token: number, member: string): boolean {
    return this.#leases.held(token, member) !== undefined;
  }

  /** The member is gone: its leases end at a time, unless they end before. */
  abandon(member: string, until: number): void {
    this.#leases.shorten(member, until);
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

  /** Puts messages into a state that was written down; leases never are. */
  restore({ from, to, delivery }: Run): void {
    this.#runs.extend(to, READY);
    this.#runs.change(Math.max(from, this.#floor), to, () => delivery);
    this.#floor = this.#runs.trim();
  }

  #event(outcome: Exclude<Outcome, { kind: 'extend' }>, now: number): DeliveryEvent {
    switch (outcome.kind) {
      case 'ack':
        return { kind: 'acked' };
      case 'release':
        return { kind: 'released' };
      case 'retry':
        return {
          kind: 'failed',
          dueAt: (failures) => now + (outcome.delayMs ?? this.#policy.backOff(failures)),
        };
    }
  }

  /** Applies an event to what stands under a token within some ranges. */
  #end(token: number, event: DeliveryEvent, ranges: readonly Range[], lost: readonly Range[]): Change {
    const changed = ranges.flatMap(([from, to]) =>
      this.#runs.change(from, to, (delivery) =>
        delivery.kind === 'leased' && delivery.token === token ? transition(delivery, event) : delivery,
      ),
    );
    this.#leases.take(token, countOf(changed));
    return this.#done(changed, lost);
  }

  #done(changed: readonly Run[], lost: readonly Range[]): Change {
    this.#floor = this.#runs.trim();
    return { changed, lost };
  }

  #apply(from: number, to: number, event: DeliveryEvent): Run[] {
    return this.#runs.change(from, to, (delivery) => transition(delivery, event));
  }

  #everything(): readonly Range[] {
    return [[this.#floor, this.cursor - 1]];
  }

  /** The messages of a range that are neither settled nor under the token. */
  #notUnder(token: number | undefined, [from, to]: Range): Range[] {
    const held = this.#runs.within(from, to).filter(({ delivery }) => {
      if (delivery.kind === 'settled') return false;
      return delivery.kind !== 'leased' || delivery.token !== token;
    });
    const never: Range[] = to >= this.cursor ? [[Math.max(from, this.cursor), to]] : [];
    return [...held.map((run): Range => [run.from, run.to]), ...never];
  }
}

const countOf = (runs: readonly Run[]): number => runs.reduce((sum, run) => sum + run.to - run.from + 1, 0);
