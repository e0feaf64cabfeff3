import type { Runtime } from '../runtime.js';

/** Has the leases in hand extended, three times in each of their lives. */
export class LeaseTimer {
  readonly #runtime: Pick<Runtime, 'after'>;
  readonly #extend: () => void;
  #cancel: (() => void) | undefined;

  constructor(runtime: Pick<Runtime, 'after'>, extend: () => void) {
    this.#runtime = runtime;
    this.#extend = extend;
  }

  /** Goes on until it is stopped; while it goes, further calls change nothing. */
  start(leaseMs: number): void {
    this.#cancel ??= this.#runtime.after(leaseMs / 3, () => {
      this.#cancel = undefined;
      this.start(leaseMs);
      this.#extend();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
