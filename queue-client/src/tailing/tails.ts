import type { QueueDefinition, QueueError } from '@typed-queue/contracts';
import type { ClientSocket } from '../connection/socket.js';
import { ContractCheck } from '../consuming/contract-check.js';
import type { Window } from '../consuming/subscribe-options.js';
import { DeliveredMessages } from './delivered.js';
import { QueueTail, type TailParts } from './queue-tail.js';
import type { TailOptions } from './tail.js';
import { checkTail, tailWish } from './tail-request.js';

export interface TailsParts extends Pick<TailParts, 'server' | 'runtime' | 'emitter'> {
  /** For tails that do not have their own. */
  readonly window: Window | undefined;
}

/** The tails of a client. */
export class Tails {
  readonly #parts: TailsParts;
  readonly #tails = new Map<string, QueueTail>();
  #opened = 0;
  #online = false;

  constructor(parts: TailsParts) {
    this.#parts = parts;
  }

  /** @throws QueueError `request_invalid`, `event_unknown` */
  open(definition: QueueDefinition, options: TailOptions<string>): QueueTail {
    checkTail(options);
    const { from = 'now', window = this.#parts.window, signal } = options;
    // Bounded, and none that a group's subscription has.
    const name = `${definition.name}/tail/${++this.#opened}`;
    const tail = new QueueTail({
      ...this.#parts,
      wish: tailWish(name, definition, { ...options, window }),
      from,
      signal,
      check: new ContractCheck(definition),
      onEnd: () => this.#tails.delete(name),
    });
    if (signal?.aborted) return tail;
    this.#tails.set(name, tail);
    if (this.#online) tail.feed.online();
    return tail;
  }

  listen(socket: Pick<ClientSocket, 'on'>): void {
    const feed = (subscription: string) => this.#tails.get(subscription)?.feed;
    socket.on('replay:frame', (header, frames) => feed(header.subscription)?.replayed(header, frames));
    socket.on('live', ({ subscription, next }) => feed(subscription)?.live(next));
    socket.on('behind', ({ subscription }) => feed(subscription)?.behind());
    socket.on('deliver', (queue, _epoch, firstSeq, text) => {
      const messages = new DeliveredMessages(text);
      for (const tail of this.#tails.values()) {
        if (tail.queue === queue) tail.feed.delivered(firstSeq, messages, text.length);
      }
    });
  }

  online(): void {
    this.#online = true;
    for (const tail of this.#tails.values()) tail.feed.online();
  }

  offline(): void {
    this.#online = false;
    for (const tail of this.#tails.values()) tail.feed.offline();
  }

  /** All loops throw this. */
  fail(error: QueueError): void {
    for (const tail of this.#tails.values()) tail.fail(error);
  }

  /** All loops finish. */
  close(): void {
    for (const tail of this.#tails.values()) tail.close();
  }
}
