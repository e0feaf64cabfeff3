import type { Gap, Range } from '@typed-queue/contracts';
import type { Receiver } from '../delivery/member.js';
import type { Claimed } from '../engine/claim.js';
import type { SubscribeInput } from '../guard/requests.js';
import type { Connection } from './connection.js';
import { FramePacket } from './frame-packet.js';
import { groupRoom } from './rooms.js';
import { binaryGrant, plainGrant } from './wire-forms.js';

/** What a member of a group is sent. Methods instead of closures: an idle group has one of these. */
export class GroupReceiver implements Receiver {
  readonly #connection: Connection;
  readonly #request: SubscribeInput;
  readonly #leaseMs: number;

  constructor(connection: Connection, request: SubscribeInput, leaseMs: number) {
    this.#connection = connection;
    this.#request = request;
    this.#leaseMs = leaseMs;
    connection.lastHeard.watch();
  }

  credit(): number {
    return this.#connection.sendBuffer.credit();
  }

  isSuspended(): boolean {
    return this.#connection.sendBuffer.isSuspended;
  }

  silentMs(): number {
    return this.#connection.lastHeard.silentMs;
  }

  grant(claimed: Claimed): void {
    const { socket } = this.#connection;
    const { subscription, queue, form } = this.#request;
    if (form === 'json') socket.emit('grant', plainGrant(subscription, this.#leaseMs, queue, claimed));
    else FramePacket.of('grant:frame', ...binaryGrant(subscription, this.#leaseMs, claimed)).sendTo(socket);
  }

  revoke(token: number, ranges: readonly Range[]): void {
    const { subscription } = this.#request;
    this.#connection.socket.emit('revoke', { subscription, token, ranges });
  }

  gap(gap: Gap): void {
    this.#members.emit('gap', { ...gap, ...this.#group });
  }

  stalled(unsettled: number): void {
    this.#members.emit('stalled', { ...this.#group, unsettled });
  }

  deadLettersExpired(letters: number): void {
    this.#members.emit('dead-letters:expired', { ...this.#group, letters });
  }

  passedOver(event: string, firstSeq: number): void {
    this.#members.emit('passed-over', { ...this.#group, event, firstSeq });
  }

  onceHeard(listener: () => void): void {
    this.#connection.socket.conn.once('packet', listener);
  }

  get #group(): { readonly queue: string; readonly group: string } {
    const { queue, group } = this.#request;
    return { queue, group };
  }

  /** All members of the group, on this connection and others. */
  get #members() {
    return this.#connection.socket.nsp.to(groupRoom(this.#request));
  }
}
