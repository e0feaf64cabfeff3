import { QueueError } from '@typed-queue/contracts';
import type { ServedContract, Subscribed, Tailing } from '@typed-queue/contracts/wire';
import type { GroupDelivery } from '../delivery/group-delivery.js';
import type { Tails } from '../delivery/tailing/tails.js';
import { parseSubscriptionName, type SubscribeInput } from '../guard/requests.js';
import { ClientTail } from './client-tail.js';
import type { Connection } from './connection.js';
import type { GroupMakers } from './group-makers.js';
import { GroupMember } from './group-member.js';
import { madeByConnection, MadeGroups } from './made-groups.js';
import { Subscriptions } from './subscriptions.js';

export interface SessionParts {
  readonly delivery: GroupDelivery;
  readonly tails: Tails;
  /** What a queue is served by. */
  readonly servedContract: (queue: string) => ServedContract;
  readonly limits: SessionLimits;
  /** Of all connections. */
  readonly groupMakers: GroupMakers;
}

/** Of one connection. */
export interface SessionLimits {
  readonly maxSubscriptions: number;
  /** That it has made and that are still there. */
  readonly maxGroups: number;
}

/** One connected client and its subscriptions: memberships in groups, and tails. */
export class Session {
  readonly #connection: Connection;
  readonly #parts: SessionParts;
  readonly #subscriptions: Subscriptions<GroupMember | ClientTail>;
  readonly #made: MadeGroups;

  constructor(connection: Connection, parts: SessionParts) {
    this.#connection = connection;
    this.#parts = parts;
    const { limits, delivery } = parts;
    this.#subscriptions = new Subscriptions(limits.maxSubscriptions);
    this.#made = new MadeGroups({
      limit: limits.maxGroups,
      exists: (queue, group) => delivery.hasGroup(queue, group),
      refusal: madeByConnection,
    });
    connection.outgoing.onRoom(() => this.#resume());
  }

  async subscribe(input: unknown): Promise<Subscribed> {
    const request = this.#connection.guard.subscribe(input);
    const member = await this.#subscriptions.open(request.subscription, () =>
      this.#made.join(request, () => this.#join(request)),
    );
    // The rights may have changed meanwhile.
    if (await this.endForbidden()) this.#connection.guard.subscribe(input);
    return { ...this.#started(member).subscribed, contract: this.#parts.servedContract(request.queue) };
  }

  async tail(input: unknown): Promise<Tailing> {
    const request = this.#connection.guard.tail(input);
    const tail = await this.#subscriptions.open(request.subscription, () =>
      ClientTail.open(this.#connection, this.#parts.tails, request),
    );
    if (await this.endForbidden()) this.#connection.guard.tail(input);
    return { ...this.#started(tail).tailing, contract: this.#parts.servedContract(request.queue) };
  }

  pause(name: unknown): null {
    this.#member(name).pause();
    return null;
  }

  async settle(name: unknown, settlements: unknown): Promise<null> {
    await this.#member(name).settle(settlements);
    return null;
  }

  position(name: unknown, next: unknown): null {
    const subscription = this.#subscriptions.get(parseSubscriptionName(name));
    if (subscription.kind === 'group') throw wrongKind('is of a group, which has no position of its own');
    subscription.position(next);
    return null;
  }

  async unsubscribe(name: unknown): Promise<null> {
    await ended(this.#subscriptions.remove(parseSubscriptionName(name)));
    return null;
  }

  /** The connection is gone: its members may come back on another. */
  close(): void {
    for (const subscription of this.#subscriptions.clear()) {
      if (subscription.kind === 'tail') subscription.end();
      else subscription.close();
    }
  }

  /** The token is no longer valid: nothing is sent until `release`. */
  hold(): void {
    const { outgoing, rooms } = this.#connection;
    outgoing.hold();
    for (const subscription of this.#subscriptions.all()) {
      if (subscription.kind === 'tail') subscription.hold();
    }
    rooms.hold();
  }

  /** The connection may be sent messages again. */
  release(): void {
    const { outgoing, rooms } = this.#connection;
    rooms.release();
    outgoing.release();
  }

  /** Ends the subscriptions that the principal has no right to. @returns whether there were any */
  async endForbidden(): Promise<boolean> {
    const { guard } = this.#connection;
    const forbidden = this.#subscriptions.removeAll((subscription) => !subscription.isPermitted(guard));
    await Promise.all(forbidden.map(ended));
    return forbidden.length > 0;
  }

  /** Operators may delete groups, and make any number. */
  #join(request: SubscribeInput): Promise<GroupMember> {
    const { guard, signIn } = this.#connection;
    const { delivery, groupMakers } = this.#parts;
    const join = (): Promise<GroupMember> => GroupMember.join(this.#connection, delivery, request);
    if (guard.mayAdminister(request.queue)) return join();
    return groupMakers.join(signIn.principal.name, request, join);
  }

  /** The connection takes messages again. */
  #resume(): void {
    for (const subscription of this.#subscriptions.all()) subscription.resume();
  }

  /** Starts it after this turn of the loop, so that the answer goes out before the first message. */
  #started<T extends GroupMember | ClientTail>(subscription: T): T {
    setImmediate(() => {
      subscription.start();
    });
    return subscription;
  }

  #member(name: unknown): GroupMember {
    const subscription = this.#subscriptions.get(parseSubscriptionName(name));
    if (subscription.kind === 'group') return subscription;
    throw wrongKind('is a tail, which settles nothing');
  }
}

const ended = async (subscription: GroupMember | ClientTail): Promise<void> => {
  if (subscription.kind === 'tail') subscription.end();
  else await subscription.leave();
};

const wrongKind = (what: string): QueueError =>
  new QueueError('request_invalid', `The subscription ${what}.`);
