import {
  QueueError,
  type Contract,
  type DeadLetter,
  type DeadLetterFilter,
  type DeadLetterPage,
  type DeadLetterQuery,
  type GroupStatus,
  type QueueName,
  type Purged,
  type QueueContract,
  type QueueStatus,
  type Start,
} from '@typed-queue/contracts';
import { ok, type Discarded, type GroupQuery, type Redriven } from '@typed-queue/contracts/wire';
import type { Answer, Requests } from '../connection/requests.js';
import type { Runtime } from '../runtime.js';
import type {
  Admin,
  AdminOptions,
  DiscardOptions,
  PurgeOptions,
  RedriveOptions,
  RedriveResult,
} from './admin.js';
import { checkOptions, checkText, type KnownOptions } from '../argument-check.js';
import { discardAll, redriveAll, type AskPage } from './dead-letter-pages.js';
import { upcastLetters } from './letter-versions.js';
import { Request } from './request.js';

export interface AdministrationDeps {
  readonly contract: Contract;
  readonly server: Requests;
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
  /** Throws when the client takes no more requests. */
  readonly checkOpen: () => void;
}

/** The server's page size. */
const GROUPS_IN_A_PAGE = 1_000;
const ADMIN_OPTIONS: KnownOptions<AdminOptions> = { timeoutMs: true, signal: true };
const FILTER: KnownOptions<DeadLetterFilter> = {
  group: true,
  code: true,
  reason: true,
  since: true,
  until: true,
  positions: true,
};
const QUERY: KnownOptions<DeadLetterQuery> = { ...FILTER, after: true, through: true, limit: true };
const DISCARD: KnownOptions<DiscardOptions> = { ...FILTER, ...ADMIN_OPTIONS, dryRun: true };
const REDRIVE: KnownOptions<RedriveOptions> = { ...DISCARD, ratePerSecond: true };

/** Names of queues and groups, checked at run time for callers in plain JavaScript. */
interface Names {
  readonly queue?: unknown;
  readonly group?: unknown;
}

/** A request, whatever the type of its answer. */
type PendingRequest = Pick<Request<never>, 'send' | 'offline' | 'fail'>;

/** Sends the requests of an operator; those without an answer are sent again on each connection. */
export class Administration<C extends Contract> implements Admin<C> {
  readonly #deps: AdministrationDeps;
  readonly #pending = new Set<PendingRequest>();
  #online = false;

  constructor(deps: AdministrationDeps) {
    this.#deps = deps;
  }

  queues(options?: AdminOptions): Promise<readonly QueueStatus[]> {
    return this.#ask('queues', {}, options, (answer) => this.#deps.server.send('queues', answer));
  }

  async describe(queue: string, options?: AdminOptions): Promise<Required<QueueContract>> {
    const described = await this.#ask<QueueContract>('describe', { queue }, options, (answer) =>
      this.#deps.server.send('contract', queue, null, answer),
    );
    // A server leaves the events out only for a client that knows them.
    return { events: {}, ...described };
  }

  async groups<Q extends QueueName<C>>(queue: Q, options?: AdminOptions): Promise<readonly GroupStatus<Q>[]> {
    const groups: GroupStatus<Q>[] = [];
    for (;;) {
      const last = groups.at(-1)?.group;
      const query: GroupQuery = last === undefined ? {} : { after: last };
      const page = await this.#ask<readonly GroupStatus[]>('groups', { queue }, options, (answer) =>
        this.#deps.server.send('groups', queue, query, answer),
      );
      // A server of protocol version 1 knows no pages: it answers with all groups each time.
      const isNew = last === undefined || (page[0]?.group ?? '') > last;
      // Safe: the groups of the queue that was asked for.
      if (isNew) groups.push(...(page as readonly GroupStatus<Q>[]));
      if (!isNew || page.length !== GROUPS_IN_A_PAGE) return groups;
    }
  }

  async seek(queue: QueueName<C>, group: string, to: Start, options?: AdminOptions): Promise<void> {
    await this.#ask<null>('seek', { queue, group }, options, (answer) =>
      this.#deps.server.send('group:seek', queue, group, to, answer),
    );
  }

  async pause(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void> {
    await this.#ask<null>('pause', { queue, group }, options, (answer) =>
      this.#deps.server.send('group:pause', queue, group, answer),
    );
  }

  async resume(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void> {
    await this.#ask<null>('resume', { queue, group }, options, (answer) =>
      this.#deps.server.send('group:resume', queue, group, answer),
    );
  }

  async delete(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void> {
    let sent = 0;
    await this.#ask<null>('delete', { queue, group }, options, (answer) => {
      const isResent = sent++ > 0;
      this.#deps.server.send('group:delete', queue, group, (result) => {
        // The request before deleted it, and its answer was lost.
        const isDeleted = isResent && !result.ok && result.error.code === 'group_unknown';
        answer(isDeleted ? ok(null) : result);
      });
    });
  }

  async purge(queue: QueueName<C>, { before, ...options }: PurgeOptions = {}): Promise<Purged> {
    // Explicit, so that a request that is sent again removes nothing that was published since.
    const below = before ?? (await this.#end(queue, options));
    return this.#ask<Purged>('purge', { queue }, options, (answer) =>
      this.#deps.server.send('queue:purge', queue, below, answer),
    );
  }

  async deadLetters<Q extends QueueName<C>>(
    queue: Q,
    query: DeadLetterQuery = {},
    options?: AdminOptions,
  ): Promise<DeadLetterPage<Q>> {
    checkOptions('deadLetters', 'the second argument', query, QUERY);
    const page = await this.#ask<DeadLetterPage>('deadLetters', { queue }, options, (answer) =>
      this.#deps.server.send('dead-letters', queue, query, answer),
    );
    const definition = this.#deps.contract[queue];
    // Safe: the dead letters of the queue that was asked for.
    if (definition?.versions === undefined) return page as DeadLetterPage<Q>;
    return upcastLetters(definition, page) as DeadLetterPage<Q>;
  }

  async *eachDeadLetter<Q extends QueueName<C>>(
    queue: Q,
    query: DeadLetterQuery = {},
    options?: AdminOptions,
  ): AsyncGenerator<DeadLetter<Q>, undefined> {
    let after = query.after ?? null;
    do {
      const page = await this.deadLetters(queue, after === null ? query : { ...query, after }, options);
      yield* page.letters;
      after = page.next;
    } while (after !== null);
  }

  async redrive(queue: QueueName<C>, options: RedriveOptions = {}): Promise<RedriveResult> {
    checkOptions('redrive', 'the second argument', options, REDRIVE);
    const { timeoutMs, signal } = options;
    const ask: AskPage<Redriven> = (request) =>
      this.#ask('redrive', { queue }, { timeoutMs, signal }, (answer) =>
        this.#deps.server.send('dead-letters:redrive', queue, request, answer),
      );
    return redriveAll(ask, options, this.#deps.runtime);
  }

  async discard(queue: QueueName<C>, options: DiscardOptions = {}): Promise<number> {
    checkOptions('discard', 'the second argument', options, DISCARD);
    const { timeoutMs, signal } = options;
    const ask: AskPage<Discarded> = (request) =>
      this.#ask('discard', { queue }, { timeoutMs, signal }, (answer) =>
        this.#deps.server.send('dead-letters:discard', queue, request, answer),
      );
    return discardAll(ask, options);
  }

  online(): void {
    this.#online = true;
    for (const request of this.#pending) request.send();
  }

  offline(): void {
    this.#online = false;
    for (const request of this.#pending) request.offline();
  }

  fail(error: QueueError): void {
    for (const request of this.#pending) request.fail(error);
  }

  /** The seq after the newest message; null: the server will refuse the name. */
  async #end(queue: string, options: AdminOptions): Promise<number | null> {
    const status = (await this.queues(options)).find((each) => each.queue === queue);
    return status === undefined ? null : status.lastSeq + 1;
  }

  #ask<T>(
    call: string,
    names: Names,
    options: AdminOptions = {},
    send: (answer: Answer<T>) => void,
  ): Promise<T> {
    // What is thrown here rejects the promise.
    return new Promise((resolve, reject) => {
      this.#deps.checkOpen();
      for (const [name, value] of Object.entries(names)) checkText(call, `the name of the ${name}`, value);
      checkOptions(call, 'the last argument', options, ADMIN_OPTIONS);
      if (options.signal?.aborted) {
        const { reason: cause } = options.signal as { readonly reason: unknown };
        throw new QueueError('aborted', `The signal of "${call}" was aborted before.`, { cause });
      }
      const onEnd = (): void => void this.#pending.delete(request);
      const { runtime } = this.#deps;
      const request = new Request({ call, send, options, runtime, resolve, reject, onEnd });
      this.#pending.add(request);
      if (this.#online) request.send();
    });
  }
}
