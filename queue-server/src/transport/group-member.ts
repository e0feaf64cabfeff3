import type { Subscribed } from '@typed-queue/contracts/wire';
import type { GroupDelivery, Joined } from '../delivery/group-delivery.js';
import type { Receiver } from '../delivery/member.js';
import { memberId } from '../engine/group/member-id.js';
import type { Guard } from '../guard/guard.js';
import { parseSettlements, type SubscribeInput } from '../guard/requests.js';
import type { Connection } from './connection.js';
import { groupRoom } from './rooms.js';
import { binaryGrant, plainGrant } from './wire-forms.js';

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
    connection.rooms.enter(groupRoom(request));
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

  /** The client is ready for messages, or there may be credit again. */
  resume(): void {
    this.#delivery.resume(this.#joined.subscription);
  }

  pause(): void {
    this.#delivery.pause(this.#joined.subscription);
  }

  settle(input: unknown): Promise<void> {
    return this.#delivery.settle(this.#joined.subscription, parseSettlements(input));
  }

  async leave(): Promise<void> {
    this.#connection.rooms.leave(groupRoom(this.#request));
    await this.#delivery.leave(this.#joined.subscription);
  }

  /** The connection is closed: the member may return on another. */
  close(): void {
    this.#delivery.connectionLost(this.#joined.subscription);
  }
}

const receiverOf = (
  { socket, sendBuffer }: Connection,
  request: SubscribeInput,
  leaseMs: number,
): Receiver => {
  const { subscription, queue, group, form } = request;
  const members = socket.nsp.to(groupRoom(request));
  return {
    credit: () => sendBuffer.credit(),
    isSuspended: () => sendBuffer.isSuspended,
    grant: (claimed) => {
      if (form === 'frame') socket.emit('grant:frame', ...binaryGrant(subscription, leaseMs, claimed));
      else socket.emit('grant', plainGrant(subscription, leaseMs, queue, claimed));
    },
    revoke: (token, ranges) => void socket.emit('revoke', { subscription, token, ranges }),
    gap: (gap) => void members.emit('gap', { ...gap, queue, group }),
    stalled: (unsettled) => void members.emit('stalled', { queue, group, unsettled }),
    deadLettersExpired: (letters) => void members.emit('dead-letters:expired', { queue, group, letters }),
    passedOver: (event, firstSeq) => void members.emit('passed-over', { queue, group, event, firstSeq }),
    onceHeard: (listener) => void socket.conn.once('packet', listener),
  };
};
