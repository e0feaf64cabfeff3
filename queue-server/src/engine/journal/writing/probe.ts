export interface ProbeOptions<T> {
  /** Undefined: not yet. It must not reject. */
  readonly attempt: () => Promise<T | undefined>;
  /** The wait before an attempt, in milliseconds, by how many failed before it. */
  readonly delayMs: (failures: number) => number;
  /** Runs something once, later, without keeping the process alive; returns how to cancel it. */
  readonly timer: (run: () => void, ms: number) => () => void;
}

/** Attempts something again and again until it succeeds. */
export class Probe<T> {
  readonly #options: ProbeOptions<T>;
  #cancel: (() => void) | undefined;
  #attempting: Promise<void> = Promise.resolve();

  constructor(options: ProbeOptions<T>) {
    this.#options = options;
  }

  /** Calls `found` once, with what the first success gave. */
  start(found: (result: T) => void): void {
    this.#wait(found, 0);
  }

  /** Resolves when no attempt is running; `found` is not called any more. */
  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#attempting;
  }

  #wait(found: (result: T) => void, failures: number): void {
    const { timer, delayMs } = this.#options;
    this.#cancel = timer(() => {
      this.#attempting = this.#attempt(found, failures);
    }, delayMs(failures));
  }

  async #attempt(found: (result: T) => void, failures: number): Promise<void> {
    const result = await this.#options.attempt();
    // Stopped meanwhile.
    if (this.#cancel === undefined) return;
    if (result === undefined) this.#wait(found, failures + 1);
    else found(result);
  }
}
