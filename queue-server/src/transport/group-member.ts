import type { Subscribed } from '@typed-queue/contracts/wire';
import type { GroupDelivery, Joined } from '../delivery/group-delivery.js';
import { memberId, type Receiver } from '../delivery/member.js';
import type { Guard } from '../guard/guard.js';
import { parseSettlements, type SubscribeInput } from '../guard/requests.js';
import type { Connection } from './connection.js';
import { binaryGrant, plainGrant } from './grants.js';

/** One membership of a client in a group. */
export class GroupMember {
  readonly kind = 'group';
  readonly #connection: Connection;
  readonly #delivery: GroupDelivery;
  readonly #joined: Joined;
  readonly #request: SubscribeInput;

  private constructor(
    connection: Connection,
    delivery: GroupDelivery,
    request: SubscribeInput,
    joined: Joined,
  ) {
    this.#connection = connection;
    this.#delivery = delivery;
    this.#joined = joined;
    this.#request = request;
    connection.rooms.enter(roomOf(request));
    if (connection.socket.disconnected) this.close();
  }

  static async join(
    connection: Connection,
    delivery: GroupDelivery,
    request: SubscribeInput,
  ): Promise<GroupMember> {
    const member = memberId({ ...connection.identity, subscription: request.subscription });
    const receiver = receiverOf(connection, request, delivery.leaseMs);
    const knows = request.knows && new Set(request.knows);
    const joined = await delivery.join({ ...request, member, knows }, receiver);
    return new GroupMember(connection, delivery, request, joined);
  }

  get subscribed(): Omit<Subscribed, 'contract'> {
    const { epoch, floor, life, tokens, reset } = this.#joined;
    const { leaseMs } = this.#delivery;
    return { epoch, floor, life, leaseMs, tokens, ...(reset && { reset }) };
  }

  isPermitted(guard: Guard): boolean {
    return guard.mayConsume(this.#request.queue, this.#request.group);
  }

  /** The client is ready for messages. */
  start(): void {
    this.#delivery.start(this.#joined.subscription);
  }

  /** The connection takes messages again. */
  resume(): void {
    this.#delivery.start(this.#joined.subscription);
  }

  pause(): void {
    this.#delivery.pause(this.#joined.subscription);
  }

  settle(input: unknown): Promise<void> {
    return this.#delivery.settle(this.#joined.subscription, parseSettlements(input));
  }

  async leave(): Promise<void> {
    this.#connection.rooms.leave(roomOf(this.#request));
    await this.#delivery.leave(this.#joined.subscription);
  }

  /** The connection is gone: the member may come back on another. */
  close(): void {
    this.#delivery.abandon(this.#joined.subscription);
  }
}

/** The room of a group's members. Queues have rooms of their own names, and no name of a queue has a slash. */
const roomOf = ({ queue, group }: SubscribeInput): string => `${queue}/${group}`;

const receiverOf = ({ socket, outgoing }: Connection, request: SubscribeInput, leaseMs: number): Receiver => {
  const { subscription, queue, group, form } = request;
  return {
    credit: () => outgoing.room(),
    isHeld: () => outgoing.isHeld,
    grant: (claimed) => {
      if (form === 'frame') socket.emit('grant:frame', ...binaryGrant(subscription, leaseMs, claimed));
      else socket.emit('grant', plainGrant(subscription, leaseMs, queue, claimed));
    },
    revoke: (token, ranges) => {
      socket.emit('revoke', { subscription, token, ranges });
    },
    gap: (gap) => {
      socket.nsp.to(roomOf(request)).emit('gap', { ...gap, queue, group });
    },
    stalled: (unsettled) => {
      socket.nsp.to(roomOf(request)).emit('stalled', { queue, group, unsettled });
    },
    deadLettersExpired: (letters) => {
      socket.nsp.to(roomOf(request)).emit('dead-letters:expired', { queue, group, letters });
    },
    passedOver: (event, firstSeq) => {
      socket.nsp.to(roomOf(request)).emit('passed-over', { queue, group, event, firstSeq });
    },
    onceHeard: (listener) => {
      socket.conn.once('packet', listener);
    },
  };
};
