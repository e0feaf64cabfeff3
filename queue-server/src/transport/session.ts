import { QueueError, type Subscribed } from '@typed-queue/contracts';
import type { Socket } from 'socket.io';
import type { Delivery, Subscription } from '../delivery/delivery.js';
import type { Receiver } from '../delivery/member.js';
import type { Guard } from '../guard/guard.js';
import { parseSettlements, parseSubscriptionName, type SubscribeInput } from '../guard/requests.js';
import { binaryGrant, plainGrant } from './grants.js';

/** How many subscriptions one connection may have. */
const MAX_SUBSCRIPTIONS = 1_000;

/** One connected client and its subscriptions. */
export class Session {
  readonly #socket: Socket;
  readonly #guard: Guard;
  readonly #delivery: Delivery;
  /** Names the client over reconnects. */
  readonly #client: string;
  /** By the client's name for it; undefined while it is being opened. */
  readonly #subscriptions = new Map<string, Subscription | undefined>();

  constructor(socket: Socket, client: string, guard: Guard, delivery: Delivery) {
    this.#socket = socket;
    this.#client = client;
    this.#guard = guard;
    this.#delivery = delivery;
  }

  async subscribe(input: unknown): Promise<Subscribed> {
    const request = this.#guard.subscribe(input);
    const { subscription: name, queue, group } = request;
    this.#reserve(name);
    try {
      const member = `${this.#client}/${name}`;
      const joined = await this.#delivery.join({ ...request, member }, this.#receiver(request));
      if (this.#socket.disconnected) this.#delivery.abandon(joined.subscription);
      this.#subscriptions.set(name, joined.subscription);
      await this.#socket.join(roomOf(queue, group));
      // After this turn of the loop, so that the answer goes out before the first grant.
      setImmediate(() => {
        this.#delivery.start(joined.subscription);
      });
      const { epoch, floor, tokens } = joined;
      return { epoch, floor, tokens, leaseMs: this.#delivery.leaseMs };
    } catch (error) {
      this.#subscriptions.delete(name);
      throw error;
    }
  }

  pause(input: unknown): null {
    this.#delivery.pause(this.#subscription(parseSubscriptionName(input)));
    return null;
  }

  async unsubscribe(input: unknown): Promise<null> {
    const name = parseSubscriptionName(input);
    const subscription = this.#subscription(name);
    this.#subscriptions.delete(name);
    const { queue, group } = subscription;
    const others = [...this.#subscriptions.values()].some(
      (each) => each?.queue === queue && each.group === group,
    );
    if (!others) await this.#socket.leave(roomOf(queue, group));
    await this.#delivery.leave(subscription);
    return null;
  }

  async settle(name: unknown, input: unknown): Promise<null> {
    const subscription = this.#subscription(parseSubscriptionName(name));
    await this.#delivery.settle(subscription, parseSettlements(input));
    return null;
  }

  /** The connection is gone: its members may come back on another. */
  close(): void {
    for (const subscription of this.#subscriptions.values()) {
      if (subscription !== undefined) this.#delivery.abandon(subscription);
    }
    this.#subscriptions.clear();
  }

  #reserve(name: string): void {
    if (this.#subscriptions.has(name)) {
      throw new QueueError('subscription_exists', `This connection already has a subscription "${name}".`);
    }
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) {
      throw new QueueError('request_invalid', `A connection may have ${MAX_SUBSCRIPTIONS} subscriptions.`);
    }
    this.#subscriptions.set(name, undefined);
  }

  #subscription(name: string): Subscription {
    const subscription = this.#subscriptions.get(name);
    if (subscription !== undefined) return subscription;
    throw new QueueError('subscription_unknown', `This connection has no subscription "${name}".`);
  }

  #receiver({ subscription, queue, group, form }: SubscribeInput): Receiver {
    const { leaseMs } = this.#delivery;
    return {
      grant: (claimed) => {
        if (form === 'frame')
          this.#socket.emit('grant:frame', ...binaryGrant(subscription, leaseMs, claimed));
        else this.#socket.emit('grant', plainGrant(subscription, leaseMs, queue, claimed));
      },
      gap: (gap) => {
        this.#socket.nsp.to(roomOf(queue, group)).emit('gap', { ...gap, queue, group });
      },
    };
  }
}

/** The room of a group's members. Queues have rooms of their own names, and no name of a queue has a slash. */
const roomOf = (queue: string, group: string): string => `${queue}/${group}`;
