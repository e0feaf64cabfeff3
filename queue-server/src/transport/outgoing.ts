import type { Socket } from 'socket.io';
import type { Account, Reservation } from '../access/budget.js';

type Engine = Socket['conn'];

/** Messages are sent until so many bytes wait for the connection. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** So much may wait for any connection, however little of the budget is left. */
const MIN_WAITING_BYTES = 64 * 1024;
/** With answers and notices; a message may be longer as text than it is stored. */
const MAX_UNREAD_BYTES = 32 * 1024 * 1024;
const MIN_UNREAD_BYTES = 3 * 1024 * 1024;
/** Many small pieces cost more than a few large ones. */
const REFILL = 0.25;

interface Packet {
  readonly data?: unknown;
}

/** Bytes, or characters, which are about as many. */
const sizeOf = ({ data }: Packet): number => {
  if (typeof data === 'string') return data.length;
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
};

/**
 * What was written to a connection and the system did not take yet: counted in the memory budget, and the measure by
 * which messages are sent. So a window, however large, costs the server no memory.
 */
export class Outgoing {
  readonly #account: Account;
  readonly #unsent: Reservation;
  #onCredit: () => void = () => undefined;
  #short = false;
  #isHeld = false;
  #onSent: (() => void)[] = [];
  /** Engine.IO hands over all that waits at once, and the next when the system took it. */
  #waiting = 0;
  #sending = 0;

  constructor(engine: Engine, account: Account) {
    this.#account = account;
    this.#unsent = account.hold(0);
    engine.on('packetCreate', (packet: Packet) => this.#add(sizeOf(packet)));
    engine.on('flush', () => {
      this.#sending += this.#waiting;
      this.#waiting = 0;
    });
    engine.transport.on('drain', () => this.#taken());
    engine.once('close', () => {
      this.#unsent.release();
      this.#sent();
    });
  }

  get unsentBytes(): number {
    return this.#unsent.bytes;
  }

  /** How many bytes of messages may be sent now; one message is sent whole, whatever its size. */
  credit(): number {
    if (this.#isHeld) return 0;
    const limit = Math.max(
      MIN_WAITING_BYTES,
      Math.min(MAX_WAITING_BYTES, this.#account.room + this.unsentBytes),
    );
    const room = limit - this.unsentBytes;
    if (room >= limit * REFILL) return room;
    this.#short = true;
    return 0;
  }

  /** Whether no messages may be sent, however much room there is. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** No messages may be sent until it is released. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#onCredit();
  }

  /** How many bytes may wait at most: whoever has more waiting does not read what it is sent. */
  get mayWait(): number {
    return Math.min(MAX_UNREAD_BYTES, Math.max(MIN_UNREAD_BYTES, this.share));
  }

  /** What of the budget may be used for what waits here. */
  get share(): number {
    return this.#account.room + this.unsentBytes;
  }

  /** Told when there may be room again where there was none. */
  onCredit(run: () => void): void {
    this.#onCredit = run;
  }

  /** Resolves when the system took everything, or the connection is gone. */
  sent(): Promise<void> {
    if (this.unsentBytes === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onSent.push(resolve));
  }

  #add(bytes: number): void {
    this.#waiting += bytes;
    this.#unsent.resize(this.#waiting + this.#sending);
  }

  #taken(): void {
    this.#sending = 0;
    this.#unsent.resize(this.#waiting);
    if (this.#waiting === 0) this.#sent();
    if (!this.#short) return;
    this.#short = false;
    this.#onCredit();
  }

  #sent(): void {
    const waiting = this.#onSent;
    this.#onSent = [];
    for (const resolve of waiting) resolve();
  }
}
