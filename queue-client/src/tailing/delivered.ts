import type { AnyMessage } from '@typed-queue/contracts';
import type { Messages } from './backlog.js';

/** Messages as text, for all live tails of a queue: parsed when the first of them asks, once for all. */
export class DeliveredMessages implements Messages {
  #messages: string | readonly AnyMessage[];

  constructor(text: string) {
    this.#messages = text;
  }

  get length(): number {
    return this.#parsed().length;
  }

  at(place: number): AnyMessage | undefined {
    return this.#parsed()[place];
  }

  #parsed(): readonly AnyMessage[] {
    if (typeof this.#messages !== 'string') return this.#messages;
    // Safe: the server put the text together from messages that it checked.
    const parsed = JSON.parse(this.#messages) as readonly AnyMessage[];
    this.#messages = parsed;
    return parsed;
  }
}
