import type {
  Contract,
  MissedRuns,
  PayloadOfEach,
  Publishable,
  PublishedHeaders,
  QueueName,
  ScheduleStatus,
} from '@typed-queue/contracts';
import type { ScheduleDeleted } from '@typed-queue/contracts/wire';
import { checkOptions, checkText, type KnownOptions } from '../argument-check.js';
import type { Requests } from '../connection/requests.js';
import { headerTexts } from '../messages/header-texts.js';
import { jsonOf } from '../messages/json-text.js';
import type { AdminOptions } from './admin.js';
import type { OpenRequests } from './open-requests.js';

/** What a schedule publishes, and when. */
export interface Schedule<Q extends string, E extends string, P> {
  /**
   * Minute, hour, day of the month, month, day of the week: `0 3 * * *` is each day at three. Six fields begin with the
   * second.
   */
  readonly cron: string;
  /** An IANA name, `Europe/Berlin`. Default: `UTC`. */
  readonly timeZone?: string | undefined;
  readonly queue: Q;
  readonly event: E;
  readonly payload: P;
  readonly headers?: PublishedHeaders | undefined;
  /**
   * Runs that are more than a minute late, since the server did not run or its clock was set forth: `skip` makes none of
   * them, `once` the last one, `all` each, of the last 10,000. Default: `once`.
   */
  readonly missed?: MissedRuns | undefined;
}

/** Schedules: messages that are published again and again. Needs the right to administer their queues. */
export interface SchedulesAdmin<C extends Contract> {
  /**
   * Makes a schedule, or replaces the one of this name: 1 to 128 letters, digits or any of `. : @ _ -`, on all the server.
   * The same definition again changes nothing: it may be put at each start of a program.
   */
  put<
    Q extends keyof C & string,
    E extends keyof C[Q]['events'] & string,
    P extends Publishable<PayloadOfEach<C, Q, E>> = Publishable<PayloadOfEach<C, Q, E>>,
  >(
    name: string,
    schedule: Schedule<Q, E, NoInfer<P>>,
    options?: AdminOptions,
  ): Promise<ScheduleStatus<Q>>;
  /** Those of a queue, or of all queues that this client administers, by name. */
  list<Q extends QueueName<C>>(queue?: Q, options?: AdminOptions): Promise<readonly ScheduleStatus<Q>[]>;
  /**
   * Resolves with whether there was one of this name: false also when its connection ended before the answer, and this
   * request was sent again.
   */
  delete(name: string, options?: AdminOptions): Promise<boolean>;
}

const SCHEDULE: KnownOptions<Schedule<string, string, unknown>> = {
  cron: true,
  timeZone: true,
  queue: true,
  event: true,
  payload: true,
  headers: true,
  missed: true,
};

/** Sends the requests about schedules. */
export class SchedulesAdministration<C extends Contract> implements SchedulesAdmin<C> {
  readonly #server: Requests;
  readonly #requests: OpenRequests;

  constructor(server: Requests, requests: OpenRequests) {
    this.#server = server;
    this.#requests = requests;
  }

  async put<Q extends string>(
    name: string,
    schedule: Schedule<Q, string, unknown>,
    options?: AdminOptions,
  ): Promise<ScheduleStatus<Q>> {
    checkText('schedules.put', 'the name of the schedule', name);
    checkOptions('schedules.put', 'the second argument', schedule, SCHEDULE);
    const { queue, headers, payload, ...given } = schedule;
    const text = jsonOf(payload, { part: 'payload', queue, event: given.event });
    const message = { ...given, payload: JSON.parse(text) as unknown };
    const definition = headers === undefined ? message : { ...message, headers: headerTexts(headers) };
    const status = await this.#requests.ask<ScheduleStatus>('schedules.put', { queue }, options, (answer) =>
      this.#server.send('schedules:put', queue, name, definition, answer),
    );
    // Safe: a schedule of the queue that was named.
    return status as ScheduleStatus<Q>;
  }

  async list<Q extends QueueName<C>>(
    queue?: Q,
    options?: AdminOptions,
  ): Promise<readonly ScheduleStatus<Q>[]> {
    const names = queue === undefined ? {} : { queue };
    const list = await this.#requests.ask<readonly ScheduleStatus[]>(
      'schedules.list',
      names,
      options,
      (answer) => this.#server.send('schedules', queue ?? null, answer),
    );
    // Safe: the schedules of the queue that was asked for, or of queues of the contract.
    return list as readonly ScheduleStatus<Q>[];
  }

  async delete(name: string, options?: AdminOptions): Promise<boolean> {
    checkText('schedules.delete', 'the name of the schedule', name);
    const { deleted } = await this.#requests.ask<ScheduleDeleted>('schedules.delete', {}, options, (answer) =>
      this.#server.send('schedules:delete', name, answer),
    );
    return deleted;
  }
}
