import { QueueError, type GroupSettings, type Range, type Reset, type Start } from '@typed-queue/contracts';
import type { KnownGroup, Settlement } from '@typed-queue/contracts/wire';
import { systemTimers, type Timers } from '../engine/alarm.js';
import type { Engine, EngineEvents } from '../engine/engine.js';
import { unionOf, type KnownEvents } from '../engine/group/known-events.js';
import { sameSettings } from '../engine/group-info.js';
import type { Dispatcher } from './dispatcher.js';
import { Dispatchers } from './dispatchers.js';
import { GroupDeletion } from './group-deletion.js';
import type { Departure } from './group-expiry.js';
import { LeaseLoss } from './lease-loss.js';
import { Member, shownMember, type Receiver, type Window } from './member.js';
import { RETURN_MS } from './return-time.js';

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
  /** How many handlers the member runs at once. Default: it does not say, and may have begun all that it holds. */
  readonly concurrency?: number | undefined;
  /** The events that the member can handle. Default: all. */
  readonly knows?: KnownEvents | undefined;
  /** Its `memberId`. */
  readonly member: string;
  readonly tokens: readonly number[];
  /** What the member was told of the group when it joined before. */
  readonly known?: KnownGroup | undefined;
}

export interface Joined {
  readonly subscription: Subscription;
  readonly epoch: string;
  readonly floor: number;
  readonly life: string;
  readonly tokens: readonly number[];
  /** The group's position was meant for another log, or the member's for a group that is no more. */
  readonly reset: Reset | undefined;
}

export interface GroupDeliveryParts {
  readonly engine: Engine;
  /** Told of messages that became durable, beside the groups. */
  readonly tails: { committed(queue: string): void };
  /** Told who may have become the last member to leave a group. */
  readonly onLeft: (queue: string, group: string, departure: Departure) => void;
  /** Told once of each event that a group passes over, since none of its members knows it. */
  readonly onPassedOver?: (queue: string, group: string, event: string, firstSeq: number) => void;
  /** Told how many dead letters of a group are lost to the bounds of its queue. */
  readonly onDeadLettersExpired: EngineEvents['lettersExpired'];
  /** So many messages became dead letters. */
  readonly onDeadLetters?: (queue: string, group: string, letters: number) => void;
  readonly onError: (error: unknown) => void;
  readonly timers?: Timers;
  /** Milliseconds, of a clock that never goes back. Default: `performance.now`. */
  readonly now?: () => number;
}

/** All groups that have members: brings messages from the engine to them, and their outcomes back. */
export class GroupDelivery {
  readonly #parts: GroupDeliveryParts;
  readonly #dispatchers: Dispatchers;
  readonly #deletion: GroupDeletion;
  readonly #now: () => number;
  readonly #started: number;
  /** Requests whose outcomes are not on the disk. */
  #settling = 0;

  constructor(parts: GroupDeliveryParts) {
    const { engine, onError, onLeft, timers = systemTimers } = parts;
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
    this.#started = this.#now();
    this.#dispatchers = new Dispatchers({ engine, onError, onLeft, timers });
    this.#deletion = new GroupDeletion({
      engine,
      members: (queue, group) => this.members(queue, group).map(({ name }) => name),
    });
    this.#listen(parts);
  }

  /** How long a lease lasts, in milliseconds. */
  get leaseMs(): number {
    return this.#parts.engine.leaseMs;
  }

  /** Everyone who is in a group, or is away and may come back to its leases. */
  members(queue: string, group: string): readonly Member[] {
    return this.#dispatchers.find(queue, group)?.members ?? [];
  }

  /** Whether there is such a group, with members or without. */
  hasGroup(queue: string, group: string): boolean {
    return this.#parts.engine.groupInfo(queue, group) !== undefined;
  }

  /**
   * Makes a member of a group; call `start` when it is ready for messages.
   * @throws QueueError `group_conflict` when others are members under other settings
   */
  join(joining: Joining, receiver: Receiver): Promise<Joined> {
    const { queue, group } = joining;
    return this.#deletion.duringJoin(queue, group, () => this.#join(joining, receiver));
  }

  /** Deletes a group that has no members. @throws QueueError `group_in_use`, `group_unknown` */
  deleteGroup(queue: string, group: string): Promise<void> {
    return this.#deletion.delete(queue, group);
  }

  async #join(joining: Joining, receiver: Receiver): Promise<Joined> {
    const { queue, group, start, settings, known } = joining;
    const { engine } = this.#parts;
    this.#checkSettings(joining);
    const before = this.#rememberedOf(queue, group);
    const present = this.#dispatchers.find(queue, group)?.known;
    const knows = unionOf([joining.knows ?? 'all', ...(present ? [present] : []), ...before]);
    const { floor, life, reset } = await engine.openGroup(queue, group, { start, settings, knows });
    const dispatcher = this.#dispatchers.open(queue, group);
    for (const remembered of before) dispatcher.remember(remembered);
    const member = new Member(joining.member, joining.window, receiver, { ...joining, now: this.#now });
    const tokens = dispatcher.join(member, joining.tokens);
    const { epoch, lastSeq } = engine.head(queue);
    const foreign = known !== undefined && (known.life !== life || known.floor > lastSeq + 1);
    const madeAnew = foreign ? ({ reason: 'reset', from: known.floor, epoch } as const) : undefined;
    const subscription = { queue, group, member, dispatcher };
    return { subscription, epoch, floor, life, tokens, reset: reset ?? madeAnew };
  }

  start({ dispatcher }: Subscription): void {
    dispatcher.pump();
  }

  /**
   * Settles what a member holds. What it no longer holds is refused, all else takes effect.
   * @throws QueueError `lease_lost` with the tokens and ranges that were refused
   */
  async settle(subscription: Subscription, settlements: readonly Settlement[]): Promise<void> {
    this.#settling++;
    try {
      await this.#settle(subscription, settlements);
    } finally {
      this.#settling--;
    }
  }

  async #settle(subscription: Subscription, settlements: readonly Settlement[]): Promise<void> {
    const { queue, group, member, dispatcher } = subscription;
    const losses = new LeaseLoss();
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
    this.#parts.onLeft(queue, group, 'left');
    dispatcher.pump();
  }

  /** The member's connection is gone; it may come back and go on under its leases. */
  abandon({ queue, group, member, dispatcher }: Subscription): void {
    if (!dispatcher.has(member)) return;
    dispatcher.abandon(member);
    this.#parts.engine.abandon(queue, group, member.name);
    this.#parts.onLeft(queue, group, 'vanished');
  }

  /** How many messages are at members. */
  unsettled(): number {
    return this.#dispatchers.unsettled();
  }

  /** Whether no message is at a member, and no outcome is on its way to the disk. */
  get idle(): boolean {
    return this.#settling === 0 && this.unsettled() === 0;
  }

  /** Nothing more goes out; outcomes still come in. */
  stop(): void {
    this.#dispatchers.stop();
  }

  #listen({ engine, tails, onDeadLettersExpired, onDeadLetters, onPassedOver }: GroupDeliveryParts): void {
    engine.listen({
      committed: (queue) => {
        this.#dispatchers.committed(queue);
        tails.committed(queue);
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
      lettersExpired: (queue, group, letters) => {
        onDeadLettersExpired(queue, group, letters);
        this.#dispatchers.find(queue, group)?.deadLettersExpired(letters);
      },
      buried: (...what) => onDeadLetters?.(...what),
      passedOver: (queue, group, event, firstSeq) => {
        this.#dispatchers.find(queue, group)?.passedOver(event, firstSeq);
        onPassedOver?.(queue, group, event, firstSeq);
      },
    });
  }

  /** What members knew before the server started, when they may still come back. */
  #rememberedOf(queue: string, group: string): readonly KnownEvents[] {
    if (this.#dispatchers.find(queue, group) !== undefined) return [];
    if (this.#now() - this.#started >= RETURN_MS) return [];
    const knows = this.#parts.engine.groupInfo(queue, group)?.knows;
    return knows === undefined ? [] : [knows];
  }

  #checkSettings({ queue, group, settings, member }: Joining): void {
    if (settings === undefined) return;
    const known = this.#parts.engine.groupInfo(queue, group);
    if (known === undefined || sameSettings(known.settings, settings)) return;
    const others = this.members(queue, group).filter(({ name }) => name !== member);
    if (others.length === 0) return;
    throw new QueueError(
      'group_conflict',
      `Group "${group}" of "${queue}" has ${others.length} other members, under other settings. They hold until those have left.`,
      {
        details: {
          queue,
          group,
          settings: known.settings,
          members: others.map(({ name }) => shownMember(name)),
        },
      },
    );
  }
}

const countOf = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
