import { QueueError } from '@typed-queue/contracts';
import type { Window } from '../member.js';
import type { TailBatch } from './tail-batch.js';
import { TailWindow } from './tail-window.js';

/** Where what a tail reads goes; the transport implements it. */
export interface TailReceiver {
  /** How many bytes may be sent now, so that the connection takes them. Default: any number. */
  credit?(): number;
  /** Whether nothing may be sent now, however much room there is. Default: false. */
  isHeld?(): boolean;
  replay(piece: TailBatch): void;
  /** The tail has everything below this seq. Without a filter it is of its queue's room from here on. */
  live(next: number): void;
  /** The tail gets replays again, and is no longer of the room. */
  lagging(next: number): void;
}

/** What the client of a tail was told, and how much of it is unread. */
export class TailClient {
  readonly #receiver: TailReceiver;
  readonly #window: TailWindow;
  #told: number;
  #live = false;

  constructor(next: number, window: Window, receiver: TailReceiver) {
    this.#told = next;
    this.#window = new TailWindow(window);
    this.#receiver = receiver;
  }

  /** The seq behind the last that the client was told of. */
  get told(): number {
    return this.#told;
  }
  /** It was sent as much as may be unread, or its connection takes no more now. */
  get full(): boolean {
    return this.#window.full || this.#sendable <= 0;
  }

  /** Whether nothing may be sent now, notices included. */
  get isHeld(): boolean {
    return this.#receiver.isHeld?.() ?? false;
  }

  /** How much may be sent; undefined: too much is unread, or waits for the connection. */
  credit(): Window | undefined {
    const room = this.#window.credit();
    const sendable = this.#sendable;
    if (room === undefined || sendable <= 0) return undefined;
    return { messages: room.messages, bytes: Math.min(room.bytes, sendable) };
  }

  replay({ to, gaps, frames }: Omit<TailBatch, 'from'>): void {
    this.#receiver.replay({ from: this.#told, to, gaps, frames });
    const messages = frames.reduce((sum, frame) => sum + frame.count, 0);
    const bytes = frames.reduce((sum, frame) => sum + frame.bytes.byteLength, 0);
    this.#sent(to, messages, bytes);
  }

  /** Messages up to this seq went out by the room, as text of this length. */
  delivered(to: number, length: number): void {
    this.#sent(to, to - this.#told + 1, length);
  }

  /** The tail has everything below this seq. */
  live(next: number): void {
    if (this.#live) return;
    if (this.#told < next) this.replay({ to: next - 1, gaps: [], frames: [] });
    this.#live = true;
    this.#receiver.live(next);
  }

  lagging(): void {
    if (!this.#live) return;
    this.#live = false;
    this.#receiver.lagging(this.#told);
  }

  /**
   * The client read everything below this seq.
   * @throws QueueError `request_invalid` when that was not sent yet
   */
  position(next: number): void {
    if (next > this.#told) {
      throw new QueueError('request_invalid', `The tail was sent what is below ${this.#told}, not ${next}.`);
    }
    this.#window.read(next);
  }

  get #sendable(): number {
    return this.#receiver.credit?.() ?? Infinity;
  }

  #sent(to: number, messages: number, bytes: number): void {
    this.#window.add({ from: this.#told, to, messages, bytes });
    this.#told = to + 1;
  }
}
