import type { Socket } from 'socket.io';
import type { Account, Reservation } from '../access/budget.js';

type Engine = Socket['conn'];

/** Messages are sent until this much is buffered. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** May be buffered for any connection, however little of the budget is left. */
const MIN_BUFFERED_BYTES = 64 * 1024;
/** With answers and notices; a message may be longer as text than it is stored. */
const MAX_UNREAD_BYTES = 32 * 1024 * 1024;
const MIN_UNREAD_BYTES = 3 * 1024 * 1024;
/** The part of the limit that must be free: many small sends cost more than a few large ones. */
const REFILL = 0.25;

/** A packet of Engine.IO. */
export interface EnginePacket {
  readonly type: string;
  readonly data?: unknown;
}

/** Bytes, or characters, which are about as many. */
export const packetSize = ({ data }: EnginePacket): number => {
  if (typeof data === 'string') return data.length;
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
};

/**
 * What was written to a connection and is not yet in the socket of the system: counted in the memory budget, and what
 * the credit of the connection is made of. So a window, however large, costs the server no memory.
 */
export class SendBuffer {
  readonly #account: Account;
  readonly #unsent: Reservation;
  #onCredit: () => void = () => undefined;
  /** Credit was asked for, and there was none. */
  #isExhausted = false;
  #isSuspended = false;
  #onDrained: (() => void)[] = [];
  /** Engine.IO writes all queued packets at once, and the next ones when the system took them. */
  #queuedBytes = 0;
  #writtenBytes = 0;

  constructor(engine: Engine, account: Account) {
    this.#account = account;
    this.#unsent = account.charge(0);
    engine.on('packetCreate', (packet: EnginePacket) => this.#add(packetSize(packet)));
    engine.on('flush', () => {
      this.#writtenBytes += this.#queuedBytes;
      this.#queuedBytes = 0;
    });
    engine.transport.on('drain', () => this.#written());
    engine.once('close', () => {
      this.#unsent.release();
      this.#drain();
    });
  }

  get unsentBytes(): number {
    return this.#unsent.bytes;
  }

  /** How many bytes of messages may be sent now; one message is sent whole, whatever its size. */
  credit(): number {
    if (this.#isSuspended) return 0;
    const limit = Math.max(MIN_BUFFERED_BYTES, Math.min(MAX_BUFFERED_BYTES, this.quota));
    const credit = limit - this.unsentBytes;
    if (credit >= limit * REFILL) return credit;
    this.#isExhausted = true;
    return 0;
  }

  /** Whether there is no credit until `resume`. */
  get isSuspended(): boolean {
    return this.#isSuspended;
  }

  suspend(): void {
    this.#isSuspended = true;
  }

  resume(): void {
    this.#isSuspended = false;
    this.#onCredit();
  }

  /** A client with more unsent bytes does not read what it is sent. */
  get maxUnsentBytes(): number {
    return Math.min(MAX_UNREAD_BYTES, Math.max(MIN_UNREAD_BYTES, this.quota));
  }

  /** What this buffer may use of the budget, in bytes. */
  get quota(): number {
    return this.#account.maxOf(this.unsentBytes);
  }

  /** Called when there may be credit again. */
  onCredit(run: () => void): void {
    this.#onCredit = run;
  }

  /** Resolves when nothing is unsent, or the connection is closed. */
  drained(): Promise<void> {
    if (this.unsentBytes === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onDrained.push(resolve));
  }

  #add(bytes: number): void {
    this.#queuedBytes += bytes;
    this.#unsent.resize(this.#queuedBytes + this.#writtenBytes);
  }

  #written(): void {
    this.#writtenBytes = 0;
    this.#unsent.resize(this.#queuedBytes);
    if (this.#queuedBytes === 0) this.#drain();
    if (!this.#isExhausted) return;
    this.#isExhausted = false;
    this.#onCredit();
  }

  #drain(): void {
    const resolvers = this.#onDrained;
    this.#onDrained = [];
    for (const resolve of resolvers) resolve();
  }
}
