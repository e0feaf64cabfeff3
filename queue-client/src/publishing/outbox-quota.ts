import { QueueError } from '@typed-queue/contracts';
import { Waiters } from '../deferred.js';

export interface OutboxLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** Bounds the messages without a receipt, over all queues of a client. */
export class OutboxQuota {
  readonly #limits: OutboxLimits;
  #messages = 0;
  #bytes = 0;
  readonly #emptyWaiters = new Waiters();

  constructor(limits: OutboxLimits) {
    this.#limits = limits;
  }

  /** @throws QueueError `outbox_full` */
  reserve(messages: number, bytes: number): void {
    const { maxMessages, maxBytes } = this.#limits;
    if (this.#messages + messages > maxMessages || this.#bytes + bytes > maxBytes) {
      throw new QueueError(
        'outbox_full',
        `${this.#messages} messages (${this.#bytes} bytes) wait for the server, and ${messages} more ` +
          'do not fit: publish more slowly, or raise "outbox".',
        { details: { messages: this.#messages, bytes: this.#bytes, maxMessages, maxBytes } },
      );
    }
    this.#messages += messages;
    this.#bytes += bytes;
  }

  release(messages: number, bytes: number): void {
    this.#messages -= messages;
    this.#bytes -= bytes;
    if (this.#messages === 0) this.#emptyWaiters.release();
  }

  /** Resolves when every message has a receipt or was rejected. */
  empty(): Promise<void> {
    return this.#messages === 0 ? Promise.resolve() : this.#emptyWaiters.wait();
  }
}
