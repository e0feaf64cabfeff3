import { QueueError, type Contract } from '@typed-queue/contracts';
import type { Admin } from './admin.js';
import type { Administration, AdministrationDeps } from './administration.js';

type Method = Exclude<keyof Admin<Contract>, 'eachDeadLetter'>;

const METHODS: Readonly<Record<Method, 1>> = {
  queues: 1,
  describe: 1,
  differingClients: 1,
  overview: 1,
  history: 1,
  message: 1,
  seqAt: 1,
  groups: 1,
  seek: 1,
  pause: 1,
  resume: 1,
  delete: 1,
  purge: 1,
  deadLetters: 1,
  deadLetterSummary: 1,
  redrive: 1,
  redriveEdited: 1,
  discard: 1,
};

/** Loads the administration when it is first used: most clients need none. */
export class LazyAdministration<C extends Contract> {
  readonly admin: Admin<C>;
  readonly #deps: AdministrationDeps;
  #loaded: Administration<C> | undefined;
  #online = false;

  constructor(deps: AdministrationDeps) {
    this.#deps = deps;
    const load = (): Promise<Administration<C>> => this.#load();
    this.admin = {
      // Safe: the keys are those of the methods.
      ...(Object.fromEntries(
        Object.keys(METHODS).map((name) => [name, this.#method(name as Method)]),
      ) as Pick<Admin<C>, Method>),
      async *eachDeadLetter(...args) {
        yield* (await load()).eachDeadLetter(...args);
      },
    };
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

  #method(name: Method): (...args: unknown[]) => Promise<unknown> {
    return async (...args) => {
      const admin = await this.#load();
      // Safe: it passes on what the method of this name is called with, and what it answers.
      return (admin as Record<Method, (...args: unknown[]) => Promise<unknown>>)[name](...args);
    };
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
