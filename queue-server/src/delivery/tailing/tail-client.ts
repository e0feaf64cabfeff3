import { QueueError } from '@typed-queue/contracts';
import type { Window } from '../member.js';
import type { TailBatch } from './tail-batch.js';

/** The connection of a tail; the transport implements it. */
export interface TailReceiver {
  /** How many bytes the connection accepts now. Default: any number. */
  credit?(): number;
  /** Whether nothing may be sent now, whatever the credit. Default: false. */
  isSuspended?(): boolean;
  replay(batch: TailBatch): void;
  /** The tail has everything below this seq. Without a filter it gets the live broadcast of its queue from here on. */
  live(next: number): void;
  /** The tail is sent replays again, and no live broadcast. */
  lagging(next: number): void;
}

/** Messages that were sent together, and are not all read. */
interface Unread {
  readonly from: number;
  readonly to: number;
  readonly messages: number;
  readonly bytes: number;
}

/** A window is refilled when this part of it is free: many small batches cost more than a few large ones. */
const REFILL = 0.25;
/** Small batches are counted together up to this part of the window, so that few entries are kept. */
const MERGE = 1 / 16;

/**
 * What the client of a tail was sent, and how much of it is unread: its window bounds that. `Tail` is what reads the log
 * for it.
 */
export class TailClient {
  readonly #receiver: TailReceiver;
  readonly #window: Window;
  readonly #onSent: (messages: number) => void;
  /** In the order of their seqs. */
  readonly #unread: Unread[] = [];
  #messages = 0;
  #bytes = 0;
  #next: number;
  #live = false;

  /** `onSent`: called with the number of messages that were sent together. */
  constructor(
    next: number,
    window: Window,
    receiver: TailReceiver,
    onSent = (_messages: number): void => undefined,
  ) {
    this.#next = next;
    this.#window = window;
    this.#receiver = receiver;
    this.#onSent = onSent;
  }

  /** The seq after the last that was sent. */
  get next(): number {
    return this.#next;
  }

  /** The window is used up, or the connection accepts nothing now. */
  get full(): boolean {
    const { messages, bytes } = this.#window;
    return this.#messages >= messages || this.#bytes >= bytes || this.#sendable <= 0;
  }

  /** Whether nothing may be sent now, notices included. */
  get isSuspended(): boolean {
    return this.#receiver.isSuspended?.() ?? false;
  }

  /** How much may be sent, at least one message; undefined: too little of the window is free, or of the connection. */
  credit(): Window | undefined {
    const window = this.#window;
    const sendable = this.#sendable;
    const messages = window.messages - this.#messages;
    const bytes = window.bytes - this.#bytes;
    if (messages < window.messages * REFILL || bytes < window.bytes * REFILL || sendable <= 0)
      return undefined;
    return { messages, bytes: Math.min(bytes, sendable) };
  }

  replay({ to, gaps, frames }: Omit<TailBatch, 'from'>): void {
    this.#receiver.replay({ from: this.#next, to, gaps, frames });
    const messages = frames.reduce((sum, frame) => sum + frame.count, 0);
    const bytes = frames.reduce((sum, frame) => sum + frame.bytes.byteLength, 0);
    this.#sent({ from: this.#next, to, messages, bytes });
  }

  /** The broadcast sent messages up to this seq; `length`: their size, in bytes as frames or in characters as text. */
  delivered(to: number, length: number): void {
    this.#sent({ from: this.#next, to, messages: to - this.#next + 1, bytes: length });
  }

  /** The tail has everything below this seq. */
  live(next: number): void {
    if (this.#live) return;
    if (this.#next < next) this.replay({ to: next - 1, gaps: [], frames: [] });
    this.#live = true;
    this.#receiver.live(next);
  }

  lagging(): void {
    if (!this.#live) return;
    this.#live = false;
    this.#receiver.lagging(this.#next);
  }

  /**
   * The client has read everything below this seq.
   * @throws QueueError `request_invalid` when that was not sent yet
   */
  position(next: number): void {
    if (next > this.#next) {
      throw new QueueError('request_invalid', `The tail was sent what is below ${this.#next}, not ${next}.`);
    }
    const unread = this.#unread;
    for (let first = unread[0]; first !== undefined && first.from < next; first = unread[0]) {
      const { from, to } = first;
      // Sizes within an entry are taken as equal: the window is a bound on memory, not an account.
      const share = Math.min(1, (next - from) / (to - from + 1));
      const messages = Math.round(first.messages * share);
      const bytes = Math.round(first.bytes * share);
      this.#messages -= messages;
      this.#bytes -= bytes;
      if (share === 1) unread.shift();
      else unread[0] = { from: next, to, messages: first.messages - messages, bytes: first.bytes - bytes };
    }
  }

  get #sendable(): number {
    return this.#receiver.credit?.() ?? Infinity;
  }

  #sent(sent: Unread): void {
    this.#next = sent.to + 1;
    if (sent.messages === 0) return;
    this.#onSent(sent.messages);
    this.#messages += sent.messages;
    this.#bytes += sent.bytes;
    const last = this.#unread.at(-1);
    if (last === undefined || this.#isLarge(last)) this.#unread.push(sent);
    else {
      const messages = last.messages + sent.messages;
      const bytes = last.bytes + sent.bytes;
      this.#unread[this.#unread.length - 1] = { from: last.from, to: sent.to, messages, bytes };
    }
  }

  #isLarge({ messages, bytes }: Unread): boolean {
    return messages >= this.#window.messages * MERGE || bytes >= this.#window.bytes * MERGE;
  }
}
