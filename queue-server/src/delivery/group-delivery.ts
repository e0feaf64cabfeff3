import { countSeqs, type After, type Settlement } from '@typed-queue/contracts/wire';
import type { ConnectionEnd } from '../engine/claim.js';
import type { Engine, EngineEvents } from '../engine/engine.js';
import { unionOf, type KnownEvents } from '../engine/known-events.js';
import { sameSettings, type GroupInfo } from '../engine/group-info.js';
import { Dispatchers } from './dispatchers.js';
import { groupConflict } from './group-conflict.js';
import { GroupDeletion } from './group-deletion.js';
import type { Departure } from './group-expiry.js';
import { countOutcome, GroupCounts } from './group-counts.js';
import type { Joined, Joining, Subscription } from './joining.js';
import { Member, RETURN_MS, type Receiver } from './member.js';
import { RefusedSettlements } from './refused-settlements.js';

export interface GroupDeliveryDeps {
  readonly engine: Engine;
  /** Notified of new messages, as the groups are. */
  readonly tails: { committed(queue: string): void };
  /** A member left, perhaps the last of its group. */
  readonly onLeft: (queue: string, group: string, departure: Departure) => void;
  /** Once for each event that a group passes over, since none of its members knows it. */
  readonly onPassedOver?: (queue: string, group: string, event: string, firstSeq: number) => void;
  /** Dead letters of a group were removed by the bounds of its queue. */
  readonly onDeadLettersExpired: EngineEvents['deadLettersExpired'];
  /** Messages of a group became dead letters. */
  readonly onDeadLetters?: EngineEvents['deadLettered'];
  readonly onError: (error: unknown) => void;
  readonly after: After;
  /** Milliseconds of a monotonic clock. Default: `performance.now`. */
  readonly now?: () => number;
}

/** Delivers the messages of all groups to their members, and the outcomes back to the engine. */
export class GroupDelivery {
  readonly counts = new GroupCounts();
  readonly #deps: GroupDeliveryDeps;
  readonly #dispatchers: Dispatchers;
  readonly #deletion: GroupDeletion;
  readonly #now: () => number;
  readonly #started: number;
  /** Settle requests whose outcomes are not durable yet. */
  #settling = 0;

  constructor(deps: GroupDeliveryDeps) {
    const { engine, onError, onLeft, after } = deps;
    this.#deps = deps;
    this.#now = deps.now ?? (() => performance.now());
    this.#started = this.#now();
    const onGranted = (queue: string, group: string, messages: number): void => {
      this.counts.of(queue, group).delivered += messages;
    };
    this.#dispatchers = new Dispatchers({ engine, onError, onLeft, onGranted, after });
    this.#deletion = new GroupDeletion({
      engine,
      members: (queue, group) => {
        const info = engine.group(queue, group).info();
        return info === undefined ? [] : this.#present(queue, info);
      },
    });
    this.#listen(deps);
  }

  /** How long a lease lasts, in milliseconds. */
  get leaseMs(): number {
    return this.#deps.engine.leaseMs;
  }

  /** The members of a group, including those that may come back to their leases. */
  members(queue: string, group: string): readonly Member[] {
    return this.#dispatchers.find(queue, group)?.members ?? [];
  }

  /** Whether there is such a group, with members or without. */
  hasGroup(queue: string, group: string): boolean {
    return this.#deps.engine.group(queue, group).info() !== undefined;
  }

  /**
   * Adds a member to a group; call `resume` when it is ready for messages.
   * @throws QueueError `group_conflict` when others are members under other settings
   */
  join(joining: Joining, receiver: Receiver): Promise<Joined> {
    const { queue, group } = joining;
    return this.#deletion.duringJoin(queue, group, () => this.#join(joining, receiver));
  }

  /** Deletes a group that has no members. @throws QueueError `group_in_use`, `group_unknown` */
  async deleteGroup(queue: string, group: string): Promise<void> {
    await this.#deletion.delete(queue, group);
    this.counts.forget(queue, group);
  }

  async #join(joining: Joining, receiver: Receiver): Promise<Joined> {
    const { queue, group, start, settings, known } = joining;
    const { engine } = this.#deps;
    this.#checkSettings(joining);
    const before = this.#knownBefore(queue, group);
    const present = this.#dispatchers.find(queue, group)?.known;
    const knows = unionOf([joining.knows ?? 'all', ...(present ? [present] : []), ...before]);
    const handle = engine.group(queue, group);
    const { floor, life, reset } = await handle.open({ start, settings, knows });
    const { epoch, lastSeq } = engine.queue(queue).head();
    const foreign = known !== undefined && (known.life !== life || known.floor > lastSeq + 1);
    // A server that is the owner no more may know less of the queue than the member.
    if (foreign || reset !== undefined) engine.queue(queue).checkOwned();
    const ownReset = foreign ? ({ reason: 'reset', from: known.floor, epoch } as const) : undefined;
    const dispatcher = this.#dispatchers.open(queue, group);
    for (const known of before) dispatcher.keepKnown(known);
    const member = new Member(joining.member, joining.window, receiver, { ...joining, now: this.#now });
    const tokens = dispatcher.join(member, joining.tokens);
    const subscription = { queue, group, handle, member, dispatcher };
    return { subscription, epoch, floor, life, tokens, reset: reset ?? ownReset };
  }

  /** The member is ready for messages, or there may be credit again. */
  resume({ dispatcher }: Subscription): void {
    dispatcher.pump();
  }

  /**
   * Settles what a member holds. What it does not hold is refused, everything else takes effect.
   * @throws QueueError `lease_lost` with the tokens and ranges that were refused
   */
  async settle(
    { queue, group, handle, member, dispatcher }: Subscription,
    settlements: readonly Settlement[],
  ): Promise<void> {
    const refused = new RefusedSettlements();
    const durable: Promise<void>[] = [];
    const count = this.counts.of(queue, group);
    // Whoever can be granted more, or sends outcomes before the last answer, has more to do until this one.
    const mayWait = member.credit() !== undefined || member.settling > 0;
    this.#settling++;
    member.settling++;
    try {
      for (const settlement of settlements) {
        const { token, ranges } = settlement;
        const maxRefused = refused.rangesLeft + 1;
        const done = await handle.settle({ member: member.name, maxRefused, mayWait, ...settlement });
        const accepted = countSeqs(done.accepted);
        dispatcher.free(member.name, token, accepted);
        countOutcome(count, settlement.outcome, accepted);
        for (const back of done.returned) dispatcher.returned(back);
        if (done.refused.length > 0 || (!done.held && ranges === undefined)) refused.add(token, done.refused);
        durable.push(done.durable);
      }
      // Before the outcomes are durable: the member has credit, and what it returned can be granted.
      dispatcher.pump();
      await Promise.all(durable);
    } finally {
      this.#settling--;
      member.settling--;
    }
    refused.check();
  }

  /** Grants nothing more to the member. */
  pause({ member }: Subscription): void {
    member.paused = true;
  }

  /** The member leaves: what it holds is ready for others at once, and counts as no failure. */
  async leave({ queue, group, handle, member, dispatcher }: Subscription): Promise<void> {
    if (!dispatcher.has(member)) return;
    dispatcher.remove(member);
    await handle.leave(member.name);
    this.#deps.onLeft(queue, group, 'left');
    dispatcher.pump();
  }

  /** The member's connection has ended; it may come back to its leases. */
  connectionLost(
    { queue, group, handle, member, dispatcher }: Subscription,
    end: ConnectionEnd = 'lost',
  ): void {
    if (!dispatcher.has(member)) return;
    dispatcher.connectionLost(member);
    handle.abandon(member.name, end);
    this.#deps.onLeft(queue, group, 'vanished');
  }

  /** How many messages members hold that are connected. */
  unsettled(): number {
    return this.#dispatchers.unsettled();
  }

  /** Members hold no messages, and all outcomes are durable. */
  get idle(): boolean {
    return this.#settling === 0 && this.unsettled() === 0;
  }

  /** No more grants; outcomes are still accepted. */
  stop(): void {
    this.#dispatchers.stop();
  }

  #listen({ engine, tails, onDeadLettersExpired, onDeadLetters, onPassedOver }: GroupDeliveryDeps): void {
    engine.listen({
      committed: (queue) => {
        this.#dispatchers.committed(queue);
        tails.committed(queue);
      },
      ready: (queue, group) => {
        this.#dispatchers.find(queue, group)?.pump();
      },
      returned: (queue, group, returned) => {
        if (returned.leaseEnded) this.counts.of(queue, group).leaseExpired += countSeqs(returned.ranges);
        this.#dispatchers.find(queue, group)?.returned(returned);
      },
      stalled: (queue, group, unsettled) => {
        this.#dispatchers.find(queue, group)?.notifier?.stalled(unsettled);
      },
      deadLettersExpired: (queue, group, letters) => {
        onDeadLettersExpired(queue, group, letters);
        this.#dispatchers.find(queue, group)?.notifier?.deadLettersExpired(letters);
      },
      deadLettered: (queue, group, letters) => {
        for (const count of letters.values()) this.counts.of(queue, group).dead += count;
        onDeadLetters?.(queue, group, letters);
      },
      passedOver: (queue, group, event, firstSeq) => {
        this.#dispatchers.find(queue, group)?.notifier?.passedOver(event, firstSeq);
        onPassedOver?.(queue, group, event, firstSeq);
      },
    });
  }

  /** Its members, and those that have leases of before the server started. */
  #present(queue: string, { group, holders }: GroupInfo): readonly string[] {
    const members = this.members(queue, group).map(({ name }) => name);
    return [...new Set([...members, ...holders])];
  }

  /** What members knew before the server started, while they may come back. */
  #knownBefore(queue: string, group: string): readonly KnownEvents[] {
    if (this.#dispatchers.find(queue, group) !== undefined) return [];
    if (this.#now() - this.#started >= RETURN_MS) return [];
    const knows = this.#deps.engine.group(queue, group).info()?.knows;
    return knows === undefined ? [] : [knows];
  }

  #checkSettings({ queue, group, settings, member }: Joining): void {
    if (settings === undefined) return;
    const known = this.#deps.engine.group(queue, group).info();
    if (known === undefined || sameSettings(known.settings, settings)) return;
    const others = this.#present(queue, known).filter((name) => name !== member);
    if (others.length === 0) return;
    throw groupConflict({ queue, group, settings: known.settings }, others);
  }
}
