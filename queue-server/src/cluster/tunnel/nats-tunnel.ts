import { messageOf } from '@typed-queue/program';
import { decodePacket, encodePacket, type Packet } from './packet.js';
import { TunnelBroken } from './tunnel-errors.js';
import type { TunnelOrigin } from './tunnel-origin.js';
import { TunnelStream } from './tunnel-stream.js';

/** An end that heard nothing for as many ticks ends. */
export const MAX_SILENT_TICKS = 3;

export interface NatsTunnelOptions {
  /** With `asks`, the message has a reply subject, so that NATS reports "no responders". @throws when the connection is closed */
  readonly publish: (subject: string, bytes: Uint8Array, asks: boolean) => void;
  /** The other end made the tunnel its own, which is open from here on. */
  readonly onOpened?: () => void;
  readonly onGone: () => void;
  readonly maxChunkBytes: number;
  readonly origin?: TunnelOrigin;
}

/**
 * One end of a tunnel over NATS, which delivers a message at most once: each has a number, and the tunnel breaks where one
 * is missing.
 */
export class NatsTunnel {
  readonly stream: TunnelStream;
  readonly #options: NatsTunnelOptions;
  /** Where the other end hears. Undefined: it did not say yet. */
  #peer: string | undefined;
  #sent = 0;
  #received = 0;
  #hasSent = false;
  /** Whether a packet since the last tick had a reply subject. */
  #hasAsked = false;
  #silentTicks = 0;

  constructor(options: NatsTunnelOptions) {
    this.#options = options;
    const { onGone, maxChunkBytes, origin } = options;
    this.stream = new TunnelStream({
      send: (packet) => this.#send(packet),
      onGone,
      maxChunkBytes,
      ...(origin === undefined ? {} : { origin }),
    });
  }

  /** Opens it: `peer` is where the other end hears, `own` where this one does. */
  open(peer: string, own: string): void {
    this.#peer = peer;
    this.#send({ kind: 'open', subject: own });
  }

  receive(bytes: Uint8Array): void {
    const decoded = decodePacket(bytes);
    if (decoded === undefined) {
      this.#break(
        'ECONNRESET',
        'what arrived is no packet of a tunnel: do both servers have the same version?',
      );
      return;
    }
    const { number, packet } = decoded;
    this.#silentTicks = 0;
    if (packet.kind === 'reset') this.stream.receive(packet);
    else if (number === this.#received) this.#take(packet);
    else
      this.#break('ECONNRESET', `NATS lost messages (number ${this.#received} was next, and ${number} came)`);
  }

  /** Called about once a second. */
  tick(): void {
    if (this.stream.destroyed) return;
    if (this.#silentTicks++ >= MAX_SILENT_TICKS) {
      this.#break('ETIMEDOUT', 'the other end is silent');
      return;
    }
    if (!this.#hasSent) this.#send({ kind: 'alive' });
    this.#hasSent = false;
    this.#hasAsked = false;
  }

  /** The connection to NATS was lost, and messages with it. */
  lost(cause: unknown): void {
    this.#break('ECONNRESET', `the connection to NATS was lost (${messageOf(cause)})`);
  }

  /** NATS reported "no responders": the other server is disconnected. */
  noResponders(): void {
    this.#break('ECONNRESET', 'the other end is gone');
  }

  #take(packet: Exclude<Packet, { kind: 'reset' }>): void {
    this.#received++;
    switch (packet.kind) {
      case 'open':
        this.#peer = packet.subject;
        this.#options.onOpened?.();
        break;
      case 'alive':
        break;
      case 'data':
      case 'credit':
      case 'end':
      case 'close':
        this.stream.receive(packet);
    }
  }

  #break(code: TunnelBroken['code'], why: string): void {
    this.stream.destroy(new TunnelBroken(code, why));
  }

  #send(packet: Packet): void {
    if (this.#peer === undefined) return;
    const asks = !this.#hasAsked;
    this.#hasSent = true;
    this.#hasAsked = true;
    try {
      this.#options.publish(this.#peer, encodePacket({ number: this.#sent++, packet }), asks);
    } catch (error) {
      // Of a stream that ends already, this changes nothing.
      this.lost(error);
    }
  }
}
