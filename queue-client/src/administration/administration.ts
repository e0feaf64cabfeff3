import type {
  Contract,
  DeadLetter,
  DeadLetterFilter,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterSummary,
  DifferingClients,
  GroupStatus,
  History,
  HistoryQuery,
  MessageQuery,
  MessageReport,
  Overview,
  OverviewQuery,
  Purged,
  QueueContract,
  QueueError,
  QueueName,
  QueueStatus,
  SeqAt,
  ServiceStatus,
  Start,
} from '@typed-queue/contracts';
import {
  ok,
  type Discarded,
  type GroupQuery,
  type Redriven,
  type RedriveRequest,
} from '@typed-queue/contracts/wire';
import type { Requests } from '../connection/requests.js';
import type {
  Admin,
  AdminOptions,
  DiscardOptions,
  LettersOf,
  PurgeOptions,
  RedriveEditedOptions,
  RedriveOptions,
  RedriveResult,
} from './admin.js';
import { checkOptions, type KnownOptions } from '../argument-check.js';
import { discardAll, redriveAll, type AskPage } from './dead-letter-pages.js';
import { ScheduledAdministration, type ScheduledAdmin } from './scheduled-admin.js';
import { SchedulesAdministration, type SchedulesAdmin } from './schedules-admin.js';
import { readLetters } from './read-letters.js';
import { ADMIN_OPTIONS, OpenRequests, type OpenRequestsDeps } from './open-requests.js';

export interface AdministrationDeps extends OpenRequestsDeps {
  readonly contract: Contract;
  readonly server: Requests;
}

/** The server's page size. */
const GROUPS_IN_A_PAGE = 1_000;
const FILTER: KnownOptions<DeadLetterFilter> = {
  group: true,
  seq: true,
  code: true,
  reason: true,
  kindReason: true,
  since: true,
  until: true,
  positions: true,
};
const QUERY: KnownOptions<DeadLetterQuery> = { ...FILTER, after: true, through: true, limit: true };
const DISCARD: KnownOptions<DiscardOptions> = {
  ...FILTER,
  ...ADMIN_OPTIONS,
  dryRun: true,
  through: true,
  progress: true,
};
const REDRIVE: KnownOptions<RedriveOptions> = { ...DISCARD, ratePerSecond: true };

/** Sends the requests of an operator. */
export class Administration<C extends Contract> implements Admin<C> {
  readonly #deps: AdministrationDeps;
  readonly scheduled: ScheduledAdmin<C>;
  readonly schedules: SchedulesAdmin<C>;
  readonly #requests: OpenRequests;

  constructor(deps: AdministrationDeps) {
    this.#deps = deps;
    this.#requests = new OpenRequests(deps);
    this.scheduled = new ScheduledAdministration(deps.server, this.#requests);
    this.schedules = new SchedulesAdministration(deps.server, this.#requests);
  }

  queues(options?: AdminOptions): Promise<readonly QueueStatus[]> {
    return this.#requests.ask('queues', {}, options, (answer) => this.#deps.server.send('queues', answer));
  }

  async describe(queue: string, options?: AdminOptions): Promise<Required<QueueContract>> {
    const described = await this.#requests.ask<QueueContract>('describe', { queue }, options, (answer) =>
      this.#deps.server.send('contract', queue, null, { annotations: true }, answer),
    );
    // A server leaves the events out only for a client that knows them, and calls and failures where there are none.
    return { events: {}, calls: {}, failures: {}, ...described };
  }

  differingClients(queue: string, options?: AdminOptions): Promise<DifferingClients> {
    return this.#requests.ask('differingClients', { queue }, options, (answer) =>
      this.#deps.server.send('contract:clients', queue, answer),
    );
  }

  async groups<Q extends QueueName<C>>(queue: Q, options?: AdminOptions): Promise<readonly GroupStatus<Q>[]> {
    const groups: GroupStatus<Q>[] = [];
    for (;;) {
      const last = groups.at(-1)?.group;
      const query: GroupQuery = last === undefined ? {} : { after: last };
      const page = await this.#requests.ask<readonly GroupStatus[]>('groups', { queue }, options, (answer) =>
        this.#deps.server.send('groups', queue, query, answer),
      );
      // A server of protocol version 1 knows no pages: it answers with all groups each time.
      const isNew = last === undefined || (page[0]?.group ?? '') > last;
      // Safe: the groups of the queue that was asked for.
      if (isNew) groups.push(...(page as readonly GroupStatus<Q>[]));
      if (!isNew || page.length !== GROUPS_IN_A_PAGE) return groups;
    }
  }

  services(queue: QueueName<C>, options?: AdminOptions): Promise<readonly ServiceStatus[]> {
    return this.#requests.ask('services', { queue }, options, (answer) =>
      this.#deps.server.send('services', queue, answer),
    );
  }

  overview(query: OverviewQuery = {}, options?: AdminOptions): Promise<Overview> {
    return this.#requests.ask('overview', {}, options, (answer) =>
      this.#deps.server.send('overview', query, answer),
    );
  }

  history(query: HistoryQuery = {}, options?: AdminOptions): Promise<History> {
    return this.#requests.ask('history', {}, options, (answer) =>
      this.#deps.server.send('history', query, answer),
    );
  }

  async message<Q extends QueueName<C>>(
    queue: Q,
    seq: number,
    query: MessageQuery = {},
    options?: AdminOptions,
  ): Promise<MessageReport<Q>> {
    const report = await this.#requests.ask<MessageReport>('message', { queue }, options, (answer) =>
      this.#deps.server.send('message', queue, seq, query, answer),
    );
    // Safe: the message of the queue that was asked for.
    return report as MessageReport<Q>;
  }

  seqAt(queue: QueueName<C>, start: Start, options?: AdminOptions): Promise<SeqAt> {
    return this.#requests.ask('seqAt', { queue }, options, (answer) =>
      this.#deps.server.send('seq-at', queue, start, answer),
    );
  }

  async seek(queue: QueueName<C>, group: string, to: Start, options?: AdminOptions): Promise<void> {
    await this.#requests.ask<null>('seek', { queue, group }, options, (answer) =>
      this.#deps.server.send('group:seek', queue, group, to, answer),
    );
  }

  async pause(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void> {
    await this.#requests.ask<null>('pause', { queue, group }, options, (answer) =>
      this.#deps.server.send('group:pause', queue, group, answer),
    );
  }

  async resume(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void> {
    await this.#requests.ask<null>('resume', { queue, group }, options, (answer) =>
      this.#deps.server.send('group:resume', queue, group, answer),
    );
  }

  async delete(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void> {
    let sent = 0;
    await this.#requests.ask<null>('delete', { queue, group }, options, (answer) => {
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
    return this.#requests.ask<Purged>('purge', { queue }, options, (answer) =>
      this.#deps.server.send('queue:purge', queue, below, answer),
    );
  }

  async deadLetters<Q extends QueueName<C>>(
    queue: Q,
    query: DeadLetterQuery<LettersOf<C, Q>['code']> = {},
    options?: AdminOptions,
  ): Promise<DeadLetterPage<Q, LettersOf<C, Q>['failure']>> {
    checkOptions('deadLetters', 'the second argument', query, QUERY);
    const page = await this.#requests.ask<DeadLetterPage>('deadLetters', { queue }, options, (answer) =>
      this.#deps.server.send('dead-letters', queue, query, answer),
    );
    const definition = this.#deps.contract[queue];
    const read = definition === undefined ? page : readLetters(definition, page);
    // Safe: the dead letters of the queue that was asked for, with its declared failures.
    return read as DeadLetterPage<Q, LettersOf<C, Q>['failure']>;
  }

  async *eachDeadLetter<Q extends QueueName<C>>(
    queue: Q,
    query: DeadLetterQuery<LettersOf<C, Q>['code']> = {},
    options?: AdminOptions,
  ): AsyncGenerator<DeadLetter<Q, LettersOf<C, Q>['failure']>, undefined> {
    let after = query.after ?? null;
    do {
      const page = await this.deadLetters(queue, after === null ? query : { ...query, after }, options);
      yield* page.letters;
      after = page.next;
    } while (after !== null);
  }

  deadLetterSummary(queue: QueueName<C>, options?: AdminOptions): Promise<DeadLetterSummary> {
    return this.#requests.ask('deadLetterSummary', { queue }, options, (answer) =>
      this.#deps.server.send('dead-letters:summary', queue, answer),
    );
  }

  async redrive(queue: QueueName<C>, options: RedriveOptions = {}): Promise<RedriveResult> {
    checkOptions('redrive', 'the second argument', options, REDRIVE);
    const { timeoutMs, signal } = options;
    const ask: AskPage<Redriven> = (request) =>
      this.#requests.ask('redrive', { queue }, { timeoutMs, signal }, (answer) =>
        this.#deps.server.send('dead-letters:redrive', queue, request, answer),
      );
    return redriveAll(ask, options, this.#deps.runtime);
  }

  async redriveEdited(
    queue: QueueName<C>,
    position: number,
    payload: unknown,
    { dryRun, ...options }: RedriveEditedOptions = {},
  ): Promise<RedriveResult> {
    const request: RedriveRequest = { positions: [position], payload, ...(dryRun && { dryRun }) };
    const { redriven, refused, through } = await this.#requests.ask<Redriven>(
      'redriveEdited',
      { queue },
      options,
      (answer) => this.#deps.server.send('dead-letters:redrive', queue, request, answer),
    );
    return { redriven, refusedCount: refused.length, refused, through };
  }

  async discard(queue: QueueName<C>, options: DiscardOptions = {}): Promise<number> {
    checkOptions('discard', 'the second argument', options, DISCARD);
    const { timeoutMs, signal } = options;
    const ask: AskPage<Discarded> = (request) =>
      this.#requests.ask('discard', { queue }, { timeoutMs, signal }, (answer) =>
        this.#deps.server.send('dead-letters:discard', queue, request, answer),
      );
    return discardAll(ask, options);
  }

  online(): void {
    this.#requests.online();
  }

  offline(): void {
    this.#requests.offline();
  }

  fail(error: QueueError): void {
    this.#requests.fail(error);
  }

  /** The seq after the newest message; null: the server will refuse the name. */
  async #end(queue: string, options: AdminOptions): Promise<number | null> {
    const status = (await this.queues(options)).find((each) => each.queue === queue);
    return status === undefined ? null : status.lastSeq + 1;
  }
}
