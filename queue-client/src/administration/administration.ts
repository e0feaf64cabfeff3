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
  type QueueStatus,
  type Start,
} from '@typed-queue/contracts';
import { ok, type Discarded, type GroupQuery, type Redriven } from '@typed-queue/contracts/wire';
import type { Send } from '../connection/server.js';
import type {
  Admin,
  AdminOptions,
  DiscardOptions,
  PurgeOptions,
  RedriveOptions,
  RedriveResult,
} from './admin.js';
import { discardAll, redriveAll, type AskPage } from './dead-letter-pages.js';
import { checkOptions, checkText, type KnownOptions } from '../option-check.js';
import { Request, type RequestParts } from './request.js';

export interface AdministrationParts extends Pick<RequestParts<never>, 'server' | 'runtime'> {
  /** Throws when nothing may be asked any more. */
  readonly checkOpen: () => void;
}

/** The most that a server tells of at once. */
const GROUPS_IN_A_PAGE = 1_000;
const ADMIN_OPTIONS: KnownOptions<AdminOptions> = { timeoutMs: true, signal: true };
const FILTER: KnownOptions<DeadLetterFilter> = {
  ...{ group: true, code: true, reason: true, since: true, until: true, positions: true },
};
const QUERY: KnownOptions<DeadLetterQuery> = { ...FILTER, after: true, through: true, limit: true };
const DISCARD: KnownOptions<DiscardOptions> = { ...FILTER, ...ADMIN_OPTIONS, dryRun: true };
const REDRIVE: KnownOptions<RedriveOptions> = { ...DISCARD, ratePerSecond: true };

/** Names of queues and groups, checked at run time for callers in plain JavaScript. */
type Names = Readonly<Record<string, unknown>>;

/** What every request has, whatever it is answered with. */
type Pending = Pick<Request<never>, 'send' | 'offline' | 'fail'>;

/** Sends the requests of an operator; what waits for its answer is sent again on each connection. */
export class Administration<C extends Contract> implements Admin<C> {
  readonly #parts: AdministrationParts;
  readonly #pending = new Set<Pending>();
  #online = false;

  constructor(parts: AdministrationParts) {
    this.#parts = parts;
  }

  queues(options?: AdminOptions): Promise<readonly QueueStatus[]> {
    return this.#ask('queues', (socket, answer) => socket.emit('queues', answer), options);
  }

  groups(queue: QueueName<C>, options?: AdminOptions): Promise<readonly GroupStatus[]> {
    return this.#groups(queue, options);
  }

  seek(queue: QueueName<C>, group: string, to: Start, options?: AdminOptions): Promise<void> {
    return this.#do(
      'seek',
      (socket, answer) => socket.emit('group:seek', queue, group, to, answer),
      options,
      { queue, group },
    );
  }

  pause(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void> {
    return this.#do('pause', (socket, answer) => socket.emit('group:pause', queue, group, answer), options, {
      queue,
      group,
    });
  }

  resume(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void> {
    return this.#do(
      'resume',
      (socket, answer) => socket.emit('group:resume', queue, group, answer),
      options,
      { queue, group },
    );
  }

  delete(queue: QueueName<C>, group: string, options?: AdminOptions): Promise<void> {
    let sent = 0;
    const send: Send<null> = (socket, answer) => {
      const again = sent++ > 0;
      socket.emit('group:delete', queue, group, (result) => {
        // It was deleted the time before, when the answer was lost.
        const done = again && !result.ok && result.error.code === 'group_unknown';
        answer(done ? ok(null) : result);
      });
    };
    return this.#do('delete', send, options, { queue, group });
  }

  async purge(queue: QueueName<C>, { before, ...options }: PurgeOptions = {}): Promise<Purged> {
    // Named, so that a request that is sent again removes nothing that was published meanwhile.
    const below = before ?? (await this.#end(queue, options));
    const send: Send<Purged> = (socket, answer) => socket.emit('queue:purge', queue, below, answer);
    return this.#ask('purge', send, options, { queue });
  }

  async deadLetters(
    queue: QueueName<C>,
    query: DeadLetterQuery = {},
    options?: AdminOptions,
  ): Promise<DeadLetterPage> {
    checkOptions('deadLetters', 'the second argument', query, QUERY);
    const send: Send<DeadLetterPage> = (socket, answer) => socket.emit('dead-letters', queue, query, answer);
    return this.#ask('deadLetters', send, options, { queue });
  }

  async *eachDeadLetter(
    queue: QueueName<C>,
    query: DeadLetterQuery = {},
    options?: AdminOptions,
  ): AsyncGenerator<DeadLetter, undefined> {
    let after = query.after ?? null;
    do {
      const page = await this.deadLetters(queue, after === null ? query : { ...query, after }, options);
      yield* page.letters;
      after = page.next;
    } while (after !== null);
  }

  async redrive(queue: QueueName<C>, options: RedriveOptions = {}): Promise<RedriveResult> {
    checkOptions('redrive', 'the second argument', options, REDRIVE);
    const asking: AdminOptions = { timeoutMs: options.timeoutMs, signal: options.signal };
    const ask: AskPage<Redriven> = (request) =>
      this.#ask<Redriven>(
        'redrive',
        (socket, answer) => socket.emit('dead-letters:redrive', queue, request, answer),
        asking,
        { queue },
      );
    return redriveAll(ask, options, this.#parts.runtime);
  }

  async discard(queue: QueueName<C>, options: DiscardOptions = {}): Promise<number> {
    checkOptions('discard', 'the second argument', options, DISCARD);
    const asking: AdminOptions = { timeoutMs: options.timeoutMs, signal: options.signal };
    const ask: AskPage<Discarded> = (request) =>
      this.#ask<Discarded>(
        'discard',
        (socket, answer) => socket.emit('dead-letters:discard', queue, request, answer),
        asking,
        { queue },
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

  async #groups(queue: QueueName<C>, options?: AdminOptions): Promise<readonly GroupStatus[]> {
    const groups: GroupStatus[] = [];
    for (;;) {
      const last = groups.at(-1)?.group;
      const query: GroupQuery = last === undefined ? {} : { after: last };
      const send: Send<readonly GroupStatus[]> = (socket, answer) =>
        socket.emit('groups', queue, query, answer);
      const page = await this.#ask('groups', send, options, { queue });
      // A server of protocol version 1 knows no pages: it tells of all groups, each time.
      const isNew = last === undefined || (page[0]?.group ?? '') > last;
      if (isNew) groups.push(...page);
      if (!isNew || page.length !== GROUPS_IN_A_PAGE) return groups;
    }
  }

  /** The seq behind the newest message; null: the server will say what is wrong with the name. */
  async #end(queue: string, options: AdminOptions): Promise<number | null> {
    const status = (await this.queues(options)).find((each) => each.queue === queue);
    return status === undefined ? null : status.lastSeq + 1;
  }

  async #do(what: string, ask: Send<null>, options?: AdminOptions, names?: Names): Promise<void> {
    await this.#ask(what, ask, options, names);
  }

  #ask<T>(what: string, ask: Send<T>, options: AdminOptions = {}, names: Names = {}): Promise<T> {
    // What is thrown here rejects the promise.
    return new Promise((resolve, reject) => {
      this.#parts.checkOpen();
      for (const [name, value] of Object.entries(names)) checkText(what, `the name of the ${name}`, value);
      checkOptions(what, 'the last argument', options, ADMIN_OPTIONS);
      if (options.signal?.aborted) {
        const { reason: cause } = options.signal as { readonly reason: unknown };
        throw new QueueError('aborted', `The signal of "${what}" was aborted before.`, { cause });
      }
      const onEnd = (): void => void this.#pending.delete(request);
      const request = new Request({ ...this.#parts, what, ask, options, resolve, reject, onEnd });
      this.#pending.add(request);
      if (this.#online) request.send();
    });
  }
}
