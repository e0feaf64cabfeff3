import type { Duplex } from 'node:stream';
import { setReader, type SocketReader } from './socket-readers.js';

/** A connection that sent as many is read on in the next turn of the event loop: fewer while turns are long. */
const [MIN_MESSAGES_OF_A_TURN, MAX_MESSAGES_OF_A_TURN] = [16, 50];
const LONG_TURN_MS = 40;
/** As many bytes end its turn, too: the system alone would bring 2 MiB in one. */
const MAX_BYTES_OF_A_TURN = 32 * 1_024;
const MIN_SLICE_BYTES = 1_024;

/** As much of a WebSocket as is looked at. */
interface Receiver {
  readonly isPaused: boolean;
  on(event: 'message', listener: () => void): unknown;
}

/** What a test steers. */
export interface TurnClock {
  readonly nextTurn: (run: () => void) => unknown;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

const EVENT_LOOP: TurnClock = { nextTurn: setImmediate, now: () => performance.now() };

/**
 * Reads a WebSocket in slices of about 50 messages, one or two in each turn of the event loop, so that a connection that
 * sends many small messages at once delays no other: one read of 64 KiB holds more than a thousand of them. Large
 * messages are not sliced, but after each 32 KiB the others have their turn. While it is held nothing is read, and the
 * client's system has to wait.
 */
export class PacedReader implements SocketReader {
  readonly #ws: Receiver;
  readonly #socket: Duplex;
  readonly #clock: TurnClock;
  #sliceBytes = MIN_SLICE_BYTES;
  /** In this slice, and in this turn. */
  #messages = 0;
  #messagesOfTurn = 0;
  #bytesOfTurn = 0;
  #maxMessages = MAX_MESSAGES_OF_A_TURN;
  #isWaiting = false;
  #isHeld = false;

  constructor(ws: Receiver, socket: Duplex, clock: TurnClock = EVENT_LOOP) {
    this.#ws = ws;
    this.#socket = socket;
    this.#clock = clock;
    setReader(socket, this);
  }

  /** The listeners of `data` get the slices: with a listener of `readable`, a stream emits `data` for what is read. */
  start(): void {
    this.#ws.on('message', () => this.#messages++);
    this.#socket.on('readable', () => this.#read());
    this.#socket.on('resume', () => this.#read());
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#clock.nextTurn(() => this.#read());
  }

  #read(): void {
    if (this.#isWaiting) return;
    while (this.#mayRead() && this.#readSlice());
    const isOver = this.#isTurnOver();
    this.#messagesOfTurn = 0;
    this.#bytesOfTurn = 0;
    if (isOver) this.#waitForTurn();
  }

  #waitForTurn(): void {
    const { nextTurn, now } = this.#clock;
    const began = now();
    this.#isWaiting = true;
    nextTurn(() => {
      this.#isWaiting = false;
      const isLong = now() - began > LONG_TURN_MS;
      this.#maxMessages = isLong
        ? Math.max(MIN_MESSAGES_OF_A_TURN, this.#maxMessages >> 1)
        : Math.min(MAX_MESSAGES_OF_A_TURN, this.#maxMessages << 1);
      this.#read();
    });
  }

  #isTurnOver(): boolean {
    return this.#messagesOfTurn >= this.#maxMessages || this.#bytesOfTurn >= MAX_BYTES_OF_A_TURN;
  }

  #mayRead(): boolean {
    return !this.#isHeld && !this.#ws.isPaused && !this.#isTurnOver();
  }

  /** @returns whether there was anything to read */
  #readSlice(): boolean {
    const bytes = Math.min(this.#sliceBytes, this.#socket.readableLength);
    this.#messages = 0;
    // Without a size it notices the end of the stream.
    if (this.#socket.read(bytes === 0 ? undefined : bytes) === null) return false;
    this.#messagesOfTurn += this.#messages;
    this.#bytesOfTurn += bytes;
    const bytesOfAMessage = bytes / Math.max(1, this.#messages);
    this.#sliceBytes = Math.max(MIN_SLICE_BYTES, Math.ceil(this.#maxMessages * bytesOfAMessage));
    return true;
  }
}
