import {
  QueueError,
  type Contract,
  type DeadLetter,
  type DeadLetterQuery,
  type QueueName,
} from '@typed-queue/contracts';
import type { Admin, AdminOptions } from './admin.js';
import type { Administration, AdministrationDeps } from './administration.js';

type Method = Exclude<keyof Admin<Contract>, 'eachDeadLetter'>;

/** Loads the administration when it is first used: most clients need none. */
export class LazyAdministration<C extends Contract> implements Admin<C> {
  readonly #deps: AdministrationDeps;
  #loaded: Administration<C> | undefined;
  #online = false;

  readonly queues = this.#method('queues');
  readonly describe = this.#method('describe');
  readonly overview = this.#method('overview');
  readonly history = this.#method('history');
  readonly message = this.#method('message');
  readonly seqAt = this.#method('seqAt');
  readonly groups = this.#method('groups');
  readonly seek = this.#method('seek');
  readonly pause = this.#method('pause');
  readonly resume = this.#method('resume');
  readonly delete = this.#method('delete');
  readonly purge = this.#method('purge');
  readonly deadLetters = this.#method('deadLetters');
  readonly deadLetterSummary = this.#method('deadLetterSummary');
  readonly redriveEdited = this.#method('redriveEdited');
  readonly redrive = this.#method('redrive');
  readonly discard = this.#method('discard');

  constructor(deps: AdministrationDeps) {
    this.#deps = deps;
  }

  async *eachDeadLetter<Q extends QueueName<C>>(
    ...args: [queue: Q, query?: DeadLetterQuery, options?: AdminOptions]
  ): AsyncGenerator<DeadLetter<Q>, undefined> {
    const admin = await this.#load();
    yield* admin.eachDeadLetter(...args);
  }

  online(): void {
    this.#online = true;
    this.#loaded?.online();
  }

  offline(): void {
    this.#online = false;
    this.#loaded?.offline();
  }

  fail(error: QueueError): void {
    this.#loaded?.fail(error);
  }

  #method<M extends Method>(name: M): Admin<C>[M] {
    const call = async (...args: unknown[]): Promise<unknown> => {
      const admin = await this.#load();
      // Safe: what the method of this name is called with.
      const method = admin[name] as (this: Admin<C>, ...args: unknown[]) => Promise<unknown>;
      return method.apply(admin, args);
    };
    // Safe: it passes on what the method of this name answers.
    return call as Admin<C>[M];
  }

  async #load(): Promise<Administration<C>> {
    const { Administration } = await import('./administration.js').catch((cause: unknown) => {
      throw new QueueError('internal', `The administration cannot be loaded: ${String(cause)}`, { cause });
    });
    if (this.#loaded === undefined) {
      this.#loaded = new Administration<C>(this.#deps);
      if (this.#online) this.#loaded.online();
    }
    return this.#loaded;
  }
}
