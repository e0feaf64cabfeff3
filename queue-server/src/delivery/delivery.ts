import {
  QueueError,
  type GroupSettings,
  type Range,
  type Reset,
  type Settlement,
  type Start,
} from '@typed-queue/contracts';
import { systemTimers, type Timers } from '../engine/alarm.js';
import type { Engine } from '../engine/engine.js';
import { sameSettings } from '../engine/group-info.js';
import type { Dispatcher } from './dispatcher.js';
import { Dispatchers } from './dispatchers.js';
import { Losses } from './losses.js';
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
  /** Replaces the settings of the group. Default: they stay as they are. */
  readonly settings?: GroupSettings | undefined;
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
  /** The group's position was meant for another log: it began anew. */
  readonly reset: Reset | undefined;
}

export interface DeliveryParts {
  readonly engine: Engine;
  /** Told of messages that became durable, beside the groups. */
  readonly tails: { committed(queue: string): void };
  /** Told who may have become the last member to leave a group. */
  readonly onLeft: (queue: string, group: string) => void;
  readonly onError: (error: unknown) => void;
  readonly timers?: Timers;
}

/** All groups that have members: brings messages from the engine to them, and their outcomes back. */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #dispatchers: Dispatchers;

  constructor(parts: DeliveryParts) {
    const { engine, onError, onLeft, timers = systemTimers } = parts;
    this.#parts = parts;
    this.#dispatchers = new Dispatchers({ engine, onError, onLeft, timers });
    engine.listen({
      committed: (queue) => {
        this.#dispatchers.committed(queue);
        parts.tails.committed(queue);
      },
      ready: (queue, group) => {
        this.#dispatchers.find(queue, group)?.pump();
      },
      returned: (queue, group, returned) => {
        this.#dispatchers.find(queue, group)?.returned(returned);
      },
      stalled: (queue, group, unsettled) => {
        this.#dispatchers.find(queue, group)?.stalled(unsettled);
      },
    });
  }

  /** How long a lease lasts, in milliseconds. */
  get leaseMs(): number {
    return this.#parts.engine.leaseMs;
  }

  /** Everyone who is in a group, or is away and may come back to its leases. */
  members(queue: string, group: string): readonly Member[] {
    return this.#dispatchers.find(queue, group)?.members ?? [];
  }

  /**
   * Makes a member of a group; call `start` when it is ready for messages.
   * @throws QueueError `group_conflict` when others are members under other settings
   */
  async join(joining: Joining, receiver: Receiver): Promise<Joined> {
    const { queue, group, start, settings } = joining;
    const { engine } = this.#parts;
    this.#checkSettings(joining);
    const { floor, reset } = await engine.openGroup(queue, group, { start, settings });
    const dispatcher = this.#dispatchers.open(queue, group);
    const member = new Member(joining.member, joining.window, receiver);
    const tokens = dispatcher.join(member, joining.tokens);
    const { epoch } = engine.head(queue);
    return { subscription: { queue, group, member, dispatcher }, epoch, floor, tokens, reset };
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
    const losses = new Losses();
    const durable: Promise<void>[] = [];
    for (const settlement of settlements) {
      const { token, ranges } = settlement;
      const settling = { queue, group, member: member.name, maxLost: losses.room + 1 };
      const done = await this.#parts.engine.settle({ ...settling, ...settlement });
      dispatcher.settled(member.name, token, countOf(done.settled));
      for (const back of done.returned) dispatcher.returned(back);
      if (done.lost.length > 0 || (!done.held && ranges === undefined)) losses.add(token, done.lost);
      durable.push(done.durable);
    }
    // Before the disk is waited for: the member has room, and what was given back can go out.
    dispatcher.pump();
    await Promise.all(durable);
    losses.check();
  }

  /** Hands out nothing more to the member. */
  pause({ member }: Subscription): void {
    member.paused = true;
  }

  /** The member leaves: what it holds goes out again at once, uncounted. */
  async leave({ queue, group, member, dispatcher }: Subscription): Promise<void> {
    if (!dispatcher.has(member)) return;
    dispatcher.remove(member);
    await this.#parts.engine.leave(queue, group, member.name);
    this.#parts.onLeft(queue, group);
    dispatcher.pump();
  }

  /** The member's connection is gone; it may come back and go on under its leases. */
  abandon({ queue, group, member, dispatcher }: Subscription): void {
    if (!dispatcher.has(member)) return;
    dispatcher.abandon(member);
    this.#parts.engine.abandon(queue, group, member.name);
    this.#parts.onLeft(queue, group);
  }

  /** How many messages are at members. */
  unsettled(): number {
    return this.#dispatchers.unsettled();
  }

  /** Nothing more goes out; outcomes still come in. */
  stop(): void {
    this.#dispatchers.stop();
  }

  #checkSettings({ queue, group, settings, member }: Joining): void {
    if (settings === undefined) return;
    const known = this.#parts.engine.groups(queue).find((each) => each.group === group);
    if (known === undefined || sameSettings(known.settings, settings)) return;
    const others = this.members(queue, group).filter(({ name }) => name !== member);
    if (others.length === 0) return;
    throw new QueueError(
      'group_conflict',
      `Group "${group}" of "${queue}" has ${others.length} other members, under other settings. They hold until those have left.`,
      { details: { queue, group, settings: known.settings, members: others.map(({ name }) => name) } },
    );
  }
}

const countOf = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
