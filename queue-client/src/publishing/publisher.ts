import type { QueueError } from '@typed-queue/contracts';
import { Outbox, type OutboxDeps } from './outbox.js';

/** The outboxes of a client: one for each queue that it publishes to. */
export class Publisher {
  readonly #deps: Omit<OutboxDeps, 'queue'>;
  readonly #outboxes = new Map<string, Outbox>();
  #online = false;

  constructor(deps: Omit<OutboxDeps, 'queue'>) {
    this.#deps = deps;
  }

  of(queue: string): Outbox {
    const present = this.#outboxes.get(queue);
    if (present !== undefined) return present;
    const outbox = new Outbox({ ...this.#deps, queue });
    this.#outboxes.set(queue, outbox);
    if (this.#online) outbox.connected();
    return outbox;
  }

  online(): void {
    this.#online = true;
    for (const outbox of this.#outboxes.values()) outbox.connected();
  }

  offline(): void {
    this.#online = false;
    for (const outbox of this.#outboxes.values()) outbox.disconnected();
  }

  fail(error: QueueError): void {
    for (const outbox of this.#outboxes.values()) outbox.fail(error);
  }
}
