import type { AnyMessage } from '@typed-queue/contracts';
import type { Grant } from './grant.js';

/** A message that has come up, or waits to. */
export interface KeyedMessage {
  readonly line: number;
  readonly grant: Grant;
  readonly message: AnyMessage;
}

interface Line {
  readonly name: number;
  /** One of it is at work. */
  busy: boolean;
  /** In the order in which they were handed out; also those that are no longer in hand. */
  readonly waiting: KeyedMessage[];
}

/**
 * The messages with ordering keys of one subscription, over all its grants: one line for each key (and for all that
 * share its hash: to the server they are one key), of which one message at a time is at work.
 *
 * A line is held when a message of it failed: the server takes back those behind it, and has said which of them
 * when it answers. So a line is held until the server has answered the request that tells of the failure. All lines
 * are held likewise when messages whose keys nobody looked at were given back, and after a reconnect, when what was
 * taken back meanwhile could not be said.
 */
export class KeyQueues {
  readonly #lines = new Map<number, Line>();
  /** Neither busy nor held, and with messages that wait. */
  readonly #ready: Line[] = [];
  /** Held until the answer to a request that is not sent yet. */
  #held = new Set<Line>();
  /** Held until the answer to the request that is on its way. */
  #telling = new Set<Line>();
  /** While all are held: among which of these two a line is that begins. */
  #beginners: Set<Line> | undefined;

  /** True: the message is at work from here on. False: it waits behind others, and is parked. */
  enter(next: KeyedMessage): boolean {
    const line = this.#lines.get(next.line) ?? this.#begin(next.line);
    if (line.waiting.length === 0 && this.#free(line)) {
      line.busy = true;
      return true;
    }
    next.grant.park(next.message.seq);
    line.waiting.push(next);
    return false;
  }

  /** The message of a line whose turn it is: it is at work from here on. */
  next(): KeyedMessage | undefined {
    for (let line = this.#ready.shift(); line !== undefined; line = this.#ready.shift()) {
      for (let next = line.waiting.shift(); next !== undefined; next = line.waiting.shift()) {
        if (!next.grant.unpark(next.message.seq)) continue;
        line.busy = true;
        return next;
      }
      this.#lines.delete(line.name);
    }
    return undefined;
  }

  /** The message of the line that is at work failed, and is to come again. */
  hold(name: number): void {
    const line = this.#lines.get(name);
    if (line !== undefined) this.#held.add(line);
  }

  /** A message of the line is no longer at work. */
  leave(name: number): void {
    const line = this.#lines.get(name);
    if (line === undefined) return;
    line.busy = false;
    this.#goOn(line);
  }

  /** Also those that begin before the answer. */
  holdAll(): void {
    this.#ready.length = 0;
    this.#telling = new Set();
    this.#held = new Set(this.#lines.values());
    this.#beginners = this.#held;
  }

  /** All that there is to tell is on its way. */
  telling(): void {
    if (this.#held.size === 0 && this.#held !== this.#beginners) return;
    this.#telling = this.#held;
    this.#held = new Set();
  }

  /** The server has answered. Returns whether lines go on. */
  told(): boolean {
    const answered = this.#telling;
    if (answered === this.#beginners) this.#beginners = undefined;
    if (answered.size === 0) return false;
    this.#telling = new Set();
    for (const line of answered) this.#goOn(line);
    return true;
  }

  #begin(name: number): Line {
    const line: Line = { name, busy: false, waiting: [] };
    this.#lines.set(name, line);
    this.#beginners?.add(line);
    return line;
  }

  #free(line: Line): boolean {
    return !line.busy && !this.#held.has(line) && !this.#telling.has(line);
  }

  #goOn(line: Line): void {
    if (!this.#free(line)) return;
    if (line.waiting.length > 0) this.#ready.push(line);
    else this.#lines.delete(line.name);
  }
}
