import type { After } from '@typed-queue/contracts/wire';

export interface RetryLoopOptions<T> {
  /** Undefined when it failed. It must not reject. */
  readonly attempt: () => Promise<T | undefined>;
  /** The wait before an attempt, in milliseconds, by the number of failed attempts before it. */
  readonly delayMs: (failures: number) => number;
  readonly after: After;
}

/** Attempts something until it succeeds. */
export class RetryLoop<T> {
  readonly #options: RetryLoopOptions<T>;
  #cancel: (() => void) | undefined;
  #attempting: Promise<void> = Promise.resolve();

  constructor(options: RetryLoopOptions<T>) {
    this.#options = options;
  }

  /** Calls `succeeded` once, with the result of the first success. */
  start(succeeded: (result: T) => void): void {
    this.#wait(succeeded, 0);
  }

  /** Resolves when no attempt is running; `succeeded` is not called after that. */
  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#attempting;
  }

  #wait(succeeded: (result: T) => void, failures: number): void {
    const { after, delayMs } = this.#options;
    this.#cancel = after(delayMs(failures), () => {
      this.#attempting = this.#attempt(succeeded, failures);
    });
  }

  async #attempt(succeeded: (result: T) => void, failures: number): Promise<void> {
    const result = await this.#options.attempt();
    // Stopped during the attempt.
    if (this.#cancel === undefined) return;
    if (result === undefined) this.#wait(succeeded, failures + 1);
    else succeeded(result);
  }
}
