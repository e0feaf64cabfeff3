import { QueueError, type LostLease, type Settlement, type Start } from '@typed-queue/contracts';
import type { Engine, Settled } from '../engine/engine.js';
import { Dispatcher } from './dispatcher.js';
import { Member, type Receiver, type Window } from './member.js';

export interface Subscription {
  readonly queue: string;
  readonly group: string;
  readonly member: Member;
  readonly dispatcher: Dispatcher;
}

export interface Joining {
  readonly queue: string;
  readonly group: string;
  /** Where the group begins when it is new. */
  readonly start: Start;
  readonly window: Window;
  /** Names the member over reconnects. */
  readonly member: string;
  readonly tokens: readonly number[];
}

export interface Joined {
  readonly subscription: Subscription;
  readonly epoch: string;
  readonly floor: number;
  readonly tokens: readonly number[];
}

/** All groups that have members: brings messages from the engine to them, and their outcomes back. */
export class Delivery {
  readonly #engine: Engine;
  readonly #onError: (error: unknown) => void;
  /** By queue, then by group. */
  readonly #dispatchers = new Map<string, Map<string, Dispatcher>>();
  #stopped = false;

  constructor(engine: Engine, onError: (error: unknown) => void) {
    this.#engine = engine;
    this.#onError = onError;
    engine.listen({
      committed: (queue) => {
        this.#committed(queue);
      },
      ready: (queue, group) => {
        this.#dispatchers.get(queue)?.get(group)?.pump();
      },
      expired: (queue, group, member, token) => {
        this.#dispatchers.get(queue)?.get(group)?.expired(member, token);
      },
    });
  }

  /** How long a lease lasts, in milliseconds. */
  get leaseMs(): number {
    return this.#engine.leaseMs;
  }

  /** Makes a member of a group; call `start` when it is ready for messages. */
  async join(joining: Joining, receiver: Receiver): Promise<Joined> {
    const { queue, group } = joining;
    const { floor } = await this.#engine.openGroup(queue, group, joining.start);
    const dispatcher = this.#dispatcher(queue, group);
    const member = new Member(joining.member, joining.window, receiver);
    const tokens = dispatcher.join(member, joining.tokens);
    const { epoch } = this.#engine.head(queue);
    return { subscription: { queue, group, member, dispatcher }, epoch, floor, tokens };
  }

  start({ dispatcher }: Subscription): void {
    dispatcher.pump();
  }

  /**
   * Settles what a member holds. What it no longer holds is refused, all else takes effect.
   * @throws QueueError `lease_lost` with the tokens and ranges that were refused
   */
  async settle(subscription: Subscription, settlements: readonly Settlement[]): Promise<void> {
    const { queue, group, member, dispatcher } = subscription;
    const lost: LostLease[] = [];
    const durable: Promise<void>[] = [];
    for (const settlement of settlements) {
      const { token, ranges } = settlement;
      const done = await this.#engine.settle({ queue, group, member: member.name, ...settlement });
      dispatcher.settled(member.name, token, countOf(done.settled));
      if (done.lost.length > 0 || (!done.held && ranges === undefined))
        lost.push({ token, ranges: done.lost });
      durable.push(done.durable);
    }
    // Before the disk is waited for: the member has room, and what was given back can go out.
    dispatcher.pump();
    await Promise.all(durable);
    if (lost.length > 0) {
      throw new QueueError(
        'lease_lost',
        'The lease had ended before the outcome came; the messages go out again.',
        {
          details: { lost },
        },
      );
    }
  }

  /** Hands out nothing more to the member. */
  pause({ member }: Subscription): void {
    member.paused = true;
  }

  /** The member leaves: what it holds goes out again at once, uncounted. */
  async leave({ queue, group, member, dispatcher }: Subscription): Promise<void> {
    if (!dispatcher.has(member)) return;
    dispatcher.remove(member);
    await this.#engine.leave(queue, group, member.name);
    dispatcher.pump();
  }

  /** The member's connection is gone; it may come back and go on under its leases. */
  abandon({ queue, group, member, dispatcher }: Subscription): void {
    if (!dispatcher.has(member)) return;
    dispatcher.abandon(member);
    this.#engine.abandon(queue, group, member.name);
  }

  /** How many messages are at members. */
  unsettled(): number {
    return [...this.#dispatchers.values()]
      .flatMap((groups) => [...groups.values()])
      .reduce((sum, dispatcher) => sum + dispatcher.unsettled, 0);
  }

  /** Nothing more goes out; outcomes still come in. */
  stop(): void {
    this.#stopped = true;
    this.#dispatchers.forEach((groups) => {
      groups.forEach((dispatcher) => dispatcher.stop());
    });
  }

  #committed(queue: string): void {
    const groups = this.#dispatchers.get(queue);
    groups?.forEach((dispatcher, group) => {
      if (dispatcher.unused) groups.delete(group);
      else dispatcher.pump();
    });
  }

  #dispatcher(queue: string, group: string): Dispatcher {
    const groups = this.#dispatchers.get(queue) ?? new Map<string, Dispatcher>();
    this.#dispatchers.set(queue, groups);
    const known = groups.get(group);
    if (known !== undefined) return known;
    const dispatcher = new Dispatcher(this.#engine, queue, group, this.#onError);
    if (this.#stopped) dispatcher.stop();
    groups.set(group, dispatcher);
    return dispatcher;
  }
}

const countOf = (ranges: Settled['settled']): number =>
  ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
