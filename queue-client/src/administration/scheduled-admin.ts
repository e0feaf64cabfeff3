import type {
  Contract,
  QueueName,
  ScheduledPage,
  ScheduledQuery,
  ScheduledReport,
} from '@typed-queue/contracts';
import type { Cancelled } from '@typed-queue/contracts/wire';
import { checkText } from '../argument-check.js';
import type { Requests } from '../connection/requests.js';
import type { AdminOptions } from './admin.js';
import type { OpenRequests } from './open-requests.js';

/**
 * The messages of a queue that wait until they are due: those that were published with `delayMs` or `deliverAt`. Needs the
 * right to administer the queue.
 */
export interface ScheduledAdmin<C extends Contract> {
  /** A page of them, in the order in which they will be published. */
  list<Q extends QueueName<C>>(
    queue: Q,
    query?: ScheduledQuery,
    options?: AdminOptions,
  ): Promise<ScheduledPage<Q>>;
  /** One of them with its payload and headers, by the id of its receipt; null: it does not wait. */
  peek<Q extends QueueName<C>>(
    queue: Q,
    id: string,
    options?: AdminOptions,
  ): Promise<ScheduledReport<Q> | null>;
  /**
   * A message that waits is never published. Resolves with whether it waited: false when it was published or cancelled
   * before, also by this call, when its connection ended before the answer and it was sent again.
   */
  cancel(queue: QueueName<C>, id: string, options?: AdminOptions): Promise<boolean>;
}

/** Sends the requests about messages that wait. */
export class ScheduledAdministration<C extends Contract> implements ScheduledAdmin<C> {
  readonly #server: Requests;
  readonly #requests: OpenRequests;

  constructor(server: Requests, requests: OpenRequests) {
    this.#server = server;
    this.#requests = requests;
  }

  async list<Q extends QueueName<C>>(
    queue: Q,
    query: ScheduledQuery = {},
    options?: AdminOptions,
  ): Promise<ScheduledPage<Q>> {
    const page = await this.#requests.ask<ScheduledPage>('scheduled.list', { queue }, options, (answer) =>
      this.#server.send('scheduled', queue, query, answer),
    );
    // Safe: the messages of the queue that was asked for.
    return page as ScheduledPage<Q>;
  }

  async peek<Q extends QueueName<C>>(
    queue: Q,
    id: string,
    options?: AdminOptions,
  ): Promise<ScheduledReport<Q> | null> {
    checkText('scheduled.peek', 'the id of the message', id);
    const found = await this.#requests.ask<ScheduledReport | null>(
      'scheduled.peek',
      { queue },
      options,
      (answer) => this.#server.send('scheduled:peek', queue, id, answer),
    );
    // Safe: a message of the queue that was asked for.
    return found as ScheduledReport<Q> | null;
  }

  async cancel(queue: QueueName<C>, id: string, options?: AdminOptions): Promise<boolean> {
    checkText('scheduled.cancel', 'the id of the message', id);
    const { cancelled } = await this.#requests.ask<Cancelled>(
      'scheduled.cancel',
      { queue },
      options,
      (answer) => this.#server.send('scheduled:cancel', queue, id, answer),
    );
    return cancelled;
  }
}
