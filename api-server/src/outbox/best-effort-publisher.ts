import { ApiError, type Headers, type Payload, type SystemContract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import type { Logger } from 'pino';
import type { BestEffortEvent } from '../publishing/publisher.js';

/** The most events that wait for their receipts. They have their client's memory for themselves. */
const MAX_WAITING = 10_000;
/** Between two log lines about lost events, in milliseconds. */
const LOG_MS = 10_000;

export interface BestEffortPublisherDeps {
  readonly queue: Pick<QueueClient<SystemContract>, 'publish'>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly now: () => number;
  readonly maxWaiting?: number | undefined;
}

interface Event<E extends BestEffortEvent['event']> {
  readonly event: E;
  readonly payload: Payload<SystemContract, 'database', E>;
  readonly headers: Headers;
}

/** Publishes from memory what may be lost; nobody waits for it. */
export class BestEffortPublisher {
  readonly #deps: BestEffortPublisherDeps;
  readonly #maxWaiting: number;
  #waiting = 0;
  #lost = 0;
  #logged: { readonly lost: number; readonly at: number; readonly code: unknown } = {
    lost: 0,
    at: -Infinity,
    code: undefined,
  };

  constructor(deps: BestEffortPublisherDeps) {
    this.#deps = deps;
    this.#maxWaiting = deps.maxWaiting ?? MAX_WAITING;
  }

  /** Events that were never published. */
  get lost(): number {
    return this.#lost;
  }

  publish(event: BestEffortEvent): void {
    if (this.#waiting >= this.#maxWaiting) {
      this.#lose(
        new ApiError('outbox_full', `${this.#maxWaiting} events wait for the queue server already.`),
      );
      return;
    }
    this.#waiting++;
    void this.#send(event).finally(() => this.#waiting--);
  }

  async #send<E extends BestEffortEvent['event']>({ event, payload, headers }: Event<E>): Promise<void> {
    try {
      await this.#deps.queue.publish('database', event, payload, { headers });
    } catch (error) {
      this.#lose(error);
    }
  }

  #lose(err: unknown): void {
    this.#lost++;
    const now = this.#deps.now();
    const code = err instanceof ApiError ? err.code : undefined;
    if (now - this.#logged.at < LOG_MS) return;
    // It stays so until the server gets another contract.
    if (code === 'queue_unknown' && this.#logged.code === code) return;
    this.#deps.logger.warn(
      { err, count: this.#lost - this.#logged.lost },
      'events of reads and failures are lost',
    );
    this.#logged = { lost: this.#lost, at: now, code };
  }
}
