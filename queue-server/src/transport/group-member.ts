import type { Subscribed } from '@typed-queue/contracts/wire';
import type { GroupDelivery } from '../delivery/group-delivery.js';
import type { Joined } from '../delivery/joining.js';
import { memberId } from '../engine/group/member-id.js';
import type { Guard } from '../guard/guard.js';
import type { SubscribeInput } from '../guard/requests.js';
import type { ConnectionEnd } from '../engine/claim.js';
import type { Connection } from './connection.js';
import { GroupReceiver } from './group-receiver.js';
import { groupRoom } from './rooms.js';

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
    if (connection.socket.disconnected) this.close('lost');
  }

  static async join(
    connection: Connection,
    delivery: GroupDelivery,
    request: SubscribeInput,
  ): Promise<GroupMember> {
    const member = memberId({ ...connection.identity, subscription: request.subscription });
    const receiver = new GroupReceiver(connection, request, delivery.leaseMs);
    const knows = request.knows && new Set(request.knows);
    const joined = await delivery.join({ ...request, member, knows }, receiver);
    return new GroupMember(connection, delivery, request, joined);
  }

  get subscribed(): Omit<Subscribed, 'contract'> {
    const { epoch, floor, life, tokens, reset } = this.#joined;
    const { leaseMs } = this.#delivery;
    return { epoch, floor, life, leaseMs, tokens, ...(reset && { reset }) };
  }

  get queue(): string {
    return this.#request.queue;
  }

  get group(): string {
    return this.#request.group;
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
    return this.#delivery.settle(
      this.#joined.subscription,
      this.#connection.guard.settlements(this.queue, input),
    );
  }

  async leave(): Promise<void> {
    this.#connection.rooms.leave(groupRoom(this.#request));
    await this.#delivery.leave(this.#joined.subscription);
  }

  /** Whether it holds no messages, and its outcomes are durable. */
  get isIdle(): boolean {
    const { unsettled, settling } = this.#joined.subscription.member;
    return unsettled === 0 && settling === 0;
  }

  /** The connection is closed: the member may return on another. */
  close(end: ConnectionEnd): void {
    this.#delivery.connectionLost(this.#joined.subscription, end);
  }
}
