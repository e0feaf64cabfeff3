import { deferred } from './deferred.js';
import type { Runtime } from './runtime.js';

/** How long closing waits by default, in milliseconds. */
export const DEFAULT_CLOSE_MS = 20_000;

/** The time that all steps of one `close` share. */
export class Deadline {
  readonly #passed = deferred();
  readonly #cancel: () => void;

  constructor(runtime: Pick<Runtime, 'after'>, ms: number) {
    this.#cancel = runtime.after(ms, this.#passed.resolve);
  }

  /** Waits for a step, but not beyond the deadline. */
  within(something: Promise<void>): Promise<void> {
    return Promise.race([something, this.#passed.promise]);
  }

  cancel(): void {
    this.#cancel();
  }
}
