import type { Buffer } from 'node:buffer';
import type { TunnelPacket } from './packet.js';
import { SocketStream } from './socket-stream.js';
import { ByteQueue } from './byte-queue.js';
import { TunnelBroken } from './tunnel-errors.js';
import type { TunnelOrigin } from './tunnel-origin.js';

/** What may be under way in one direction, and wait at the other end, with `PACKET_COST` for each packet. */
export const WINDOW_BYTES = 512 * 1024;
/** So that many small packets cost no more memory than a few large ones. */
const PACKET_COST = 128;
const MAX_CHUNK_BYTES = 64 * 1024;
const GRANT_BYTES = WINDOW_BYTES / 4;

export interface TunnelStreamOptions {
  /** Sends a packet to the other end: all arrive there in order, or the tunnel breaks. */
  readonly send: (packet: TunnelPacket) => void;
  /** Called once. */
  readonly onGone?: () => void;
  readonly maxChunkBytes?: number;
  readonly origin?: TunnelOrigin;
}

type Written = (error?: Error | null) => void;

/**
 * What the other end said last.
 * open    it sends, and reads.
 * ended   it sends nothing more.
 * closed  it reads nothing more either: this end ends when what has arrived is read.
 * broken  it knows that the tunnel broke.
 */
type Peer = 'open' | 'ended' | 'closed' | 'broken';

/** One end of a tunnel: a stream that sends as much as the other end has room for. */
export class TunnelStream extends SocketStream {
  readonly #options: TunnelStreamOptions;
  readonly #maxChunkBytes: number;
  #peer: Peer = 'open';
  readonly #unsent = new ByteQueue();
  #written: Written | undefined;
  #credit = WINDOW_BYTES;
  #arrived: Buffer[] = [];
  /** Whether the consumer has room for more. */
  #isWanted = false;
  /** Was read since the last credit. */
  #readCost = 0;
  #lastPacket: TunnelPacket = { kind: 'close' };

  constructor(options: TunnelStreamOptions) {
    super({ allowHalfOpen: true }, options.origin);
    this.#options = options;
    this.#maxChunkBytes = Math.min(MAX_CHUNK_BYTES, options.maxChunkBytes ?? MAX_CHUNK_BYTES);
    // It may break before anybody listens, and must not end the process; `close` comes in any case.
    this.on('error', () => undefined);
  }

  /** Takes what the other end sent. */
  receive(packet: TunnelPacket): void {
    if (this.destroyed) return;
    switch (packet.kind) {
      case 'data':
        this.countRead(packet.bytes.length);
        this.#arrived.push(packet.bytes);
        this.#pass();
        break;
      case 'credit':
        this.#credit += packet.bytes;
        this.#flush();
        break;
      case 'end':
        this.#peer = 'ended';
        this.#pass();
        break;
      case 'close':
        this.#closed();
        break;
      case 'reset':
        this.#peer = 'broken';
        this.destroy(new TunnelBroken('ECONNRESET', packet.reason));
    }
  }

  override resetAndDestroy(): this {
    this.#lastPacket = { kind: 'reset', reason: 'the other end reset it' };
    return this.destroy();
  }

  override _write(chunk: Buffer, _encoding: string, written: Written): void {
    this.#unsent.push(chunk);
    this.#send(written);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], written: Written): void {
    for (const { chunk } of chunks) this.#unsent.push(chunk);
    this.#send(written);
  }

  override _final(ended: Written): void {
    if (this.#peer !== 'closed') this.#options.send({ kind: 'end' });
    ended();
  }

  override _read(): void {
    this.#isWanted = true;
    this.#pass();
  }

  override _destroy(error: Error | null, destroyed: Written): void {
    this.stopTimeout();
    this.#sendLast(error);
    this.#unsent.clear();
    this.#arrived = [];
    const written = this.#written;
    this.#written = undefined;
    written?.(error ?? new TunnelBroken('ECONNRESET', 'this end was destroyed'));
    this.#options.onGone?.();
    destroyed(error);
  }

  /** Of what is written, after the other end closed the tunnel. */
  #send(written: Written): void {
    if (this.#peer === 'closed') {
      written(notRead());
      return;
    }
    this.#written = written;
    this.#flush();
  }

  #flush(): void {
    while (this.#unsent.bytes > 0 && this.#credit > PACKET_COST) {
      const bytes = this.#unsent.take(Math.min(this.#maxChunkBytes, this.#credit - PACKET_COST));
      this.#credit -= PACKET_COST + bytes.length;
      this.countWritten(bytes.length);
      this.#options.send({ kind: 'data', bytes });
    }
    const written = this.#written;
    if (this.#unsent.bytes > 0 || written === undefined) return;
    this.#written = undefined;
    written();
  }

  /** Passes on to the consumer what has arrived. */
  #pass(): void {
    while (this.#isWanted) {
      const bytes = this.#arrived.shift();
      if (bytes === undefined) break;
      this.#isWanted = this.push(bytes);
      this.#grant(PACKET_COST + bytes.length);
    }
    if (this.#arrived.length === 0 && this.#peer !== 'open') this.push(null);
  }

  #grant(bytes: number): void {
    this.#readCost += bytes;
    if (this.#readCost < GRANT_BYTES || this.#peer !== 'open') return;
    this.#options.send({ kind: 'credit', bytes: this.#readCost });
    this.#readCost = 0;
  }

  #closed(): void {
    this.#peer = 'closed';
    if (this.#written !== undefined) {
      this.destroy(notRead());
      return;
    }
    if (this.readableEnded) {
      this.destroy();
      return;
    }
    this.once('end', () => this.destroy());
    this.#pass();
  }

  #sendLast(error: Error | null): void {
    if (this.#peer === 'broken' || this.#peer === 'closed') return;
    if (error !== null) this.#options.send({ kind: 'reset', reason: error.message });
    else if (!(this.#peer === 'ended' && this.writableFinished)) this.#options.send(this.#lastPacket);
  }
}

const notRead = (): TunnelBroken => new TunnelBroken('EPIPE', 'the other end reads nothing more');
