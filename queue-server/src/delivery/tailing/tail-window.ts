import type { Window } from '../member.js';

/** Messages that went out together, and were not read yet. */
interface Sent {
  readonly from: number;
  readonly to: number;
  readonly messages: number;
  readonly bytes: number;
}

/** A window is refilled when so much of it is free: many small pieces cost more than a few large ones. */
const REFILL = 0.25;
/** What goes out in small portions is kept together up to this part of the window, so that few entries are kept. */
const PORTION = 1 / 16;

/** How much was sent beyond the position that a tail's client reported last, and how much more may be. */
export class TailWindow {
  readonly #limit: Window;
  /** In the order of their seqs. */
  readonly #sent: Sent[] = [];
  #messages = 0;
  #bytes = 0;

  constructor(limit: Window) {
    this.#limit = limit;
  }

  /** Nothing more fits. */
  get full(): boolean {
    return this.#messages >= this.#limit.messages || this.#bytes >= this.#limit.bytes;
  }

  /** How much may go out; undefined: too little of the window is free. At least one message always fits into it. */
  credit(): Window | undefined {
    const messages = this.#limit.messages - this.#messages;
    const bytes = this.#limit.bytes - this.#bytes;
    const enough = messages >= this.#limit.messages * REFILL && bytes >= this.#limit.bytes * REFILL;
    return enough ? { messages, bytes } : undefined;
  }

  /** Messages of these seqs went out. */
  add({ from, to, messages, bytes }: Sent): void {
    if (messages === 0) return;
    this.#messages += messages;
    this.#bytes += bytes;
    const last = this.#sent.at(-1);
    if (last === undefined || this.#isPortion(last)) this.#sent.push({ from, to, messages, bytes });
    else {
      const together = { from: last.from, to, messages: last.messages + messages, bytes: last.bytes + bytes };
      this.#sent[this.#sent.length - 1] = together;
    }
  }

  /** The client read everything below this seq. */
  read(next: number): void {
    for (let first = this.#sent[0]; first !== undefined && first.from < next; first = this.#sent[0]) {
      // Sizes within a portion are taken as equal: the window is a bound on memory, not an account.
      const share = Math.min(1, (next - first.from) / (first.to - first.from + 1));
      const messages = Math.round(first.messages * share);
      const bytes = Math.round(first.bytes * share);
      this.#messages -= messages;
      this.#bytes -= bytes;
      if (share === 1) this.#sent.shift();
      else {
        const { to } = first;
        this.#sent[0] = { from: next, to, messages: first.messages - messages, bytes: first.bytes - bytes };
      }
    }
  }

  #isPortion({ messages, bytes }: Sent): boolean {
    return messages >= this.#limit.messages * PORTION || bytes >= this.#limit.bytes * PORTION;
  }
}
