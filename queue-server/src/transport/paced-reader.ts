import type { Duplex } from 'node:stream';

/** A connection that sent as many is read on in the next turn of the event loop. */
const MAX_MESSAGES_OF_A_TURN = 50;
const MIN_SLICE_BYTES = 1_024;

/** As much of a WebSocket as is looked at. */
interface Receiver {
  readonly isPaused: boolean;
  on(event: 'message', listener: () => void): unknown;
}

/**
 * Reads a WebSocket in slices of about 50 messages, one or two in each turn of the event loop, so that a connection that
 * sends many small messages at once delays no other: one read of 64 KiB holds more than a thousand of them. Large
 * messages are not sliced. While it is held nothing is read, and the client's system has to wait.
 */
export class PacedReader {
  /** By the socket that they read. */
  static readonly #readers = new WeakMap<Duplex, PacedReader>();

  static of(socket: Duplex): PacedReader | undefined {
    return PacedReader.#readers.get(socket);
  }

  readonly #ws: Receiver;
  readonly #socket: Duplex;
  readonly #nextTurn: (run: () => void) => unknown;
  #sliceBytes = MIN_SLICE_BYTES;
  /** In this slice, and in this turn. */
  #messages = 0;
  #messagesOfTurn = 0;
  #isWaiting = false;
  #isHeld = false;

  constructor(ws: Receiver, socket: Duplex, nextTurn: (run: () => void) => unknown = setImmediate) {
    this.#ws = ws;
    this.#socket = socket;
    this.#nextTurn = nextTurn;
    PacedReader.#readers.set(socket, this);
  }

  /** The listeners of `data` get the slices: with a listener of `readable`, a stream emits `data` for what is read. */
  start(): void {
    this.#ws.on('message', () => this.#messages++);
    this.#socket.on('readable', () => this.#read());
    this.#socket.on('resume', () => this.#read());
  }

  /** Reads nothing more until `release`. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#nextTurn(() => this.#read());
  }

  #read(): void {
    if (this.#isWaiting) return;
    while (this.#mayRead() && this.#readSlice());
    if (this.#messagesOfTurn < MAX_MESSAGES_OF_A_TURN) {
      this.#messagesOfTurn = 0;
      return;
    }
    this.#isWaiting = true;
    this.#nextTurn(() => {
      this.#isWaiting = false;
      this.#messagesOfTurn = 0;
      this.#read();
    });
  }

  #mayRead(): boolean {
    return !this.#isHeld && !this.#ws.isPaused && this.#messagesOfTurn < MAX_MESSAGES_OF_A_TURN;
  }

  /** @returns whether there was anything to read */
  #readSlice(): boolean {
    const bytes = Math.min(this.#sliceBytes, this.#socket.readableLength);
    this.#messages = 0;
    // Without a size it notices the end of the stream.
    if (this.#socket.read(bytes === 0 ? undefined : bytes) === null) return false;
    this.#messagesOfTurn += this.#messages;
    const bytesOfAMessage = bytes / Math.max(1, this.#messages);
    this.#sliceBytes = Math.max(MIN_SLICE_BYTES, Math.ceil(MAX_MESSAGES_OF_A_TURN * bytesOfAMessage));
    return true;
  }
}
