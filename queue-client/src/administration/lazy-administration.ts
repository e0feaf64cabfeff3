import type { Contract } from '@typed-queue/contracts';
import { LazyService } from '../lazy-service.js';
import type { Admin } from './admin.js';
import type { Administration, AdministrationDeps } from './administration.js';

type Method = Exclude<keyof Admin<Contract>, 'eachDeadLetter' | 'scheduled' | 'schedules'>;

const METHODS: Readonly<Record<Method, 1>> = {
  queues: 1,
  describe: 1,
  differingClients: 1,
  overview: 1,
  history: 1,
  message: 1,
  seqAt: 1,
  groups: 1,
  services: 1,
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

/** Loads the administration when it is first used. */
export class LazyAdministration<C extends Contract> extends LazyService<Administration<C>> {
  readonly admin: Admin<C>;

  constructor(deps: AdministrationDeps) {
    super(async () => {
      const { Administration } = await import('./administration.js');
      return new Administration<C>(deps);
    });
    const load = (): Promise<Administration<C>> => this.load();
    this.admin = {
      // Safe: the keys are those of the methods.
      ...(Object.fromEntries(
        Object.keys(METHODS).map((name) => [name, this.#method(name as Method)]),
      ) as Pick<Admin<C>, Method>),
      scheduled: {
        list: async (...args) => (await load()).scheduled.list(...args),
        peek: async (...args) => (await load()).scheduled.peek(...args),
        cancel: async (...args) => (await load()).scheduled.cancel(...args),
      },
      schedules: {
        list: async (...args) => (await load()).schedules.list(...args),
        put: async (...args) => (await load()).schedules.put(...args),
        delete: async (...args) => (await load()).schedules.delete(...args),
      },
      async *eachDeadLetter(...args) {
        yield* (await load()).eachDeadLetter(...args);
      },
    };
  }

  #method(name: Method): (...args: unknown[]) => Promise<unknown> {
    return async (...args) => {
      const admin = await this.load();
      // Safe: it passes on what the method of this name is called with, and what it answers.
      return (admin as Record<Method, (...args: unknown[]) => Promise<unknown>>)[name](...args);
    };
  }
}
