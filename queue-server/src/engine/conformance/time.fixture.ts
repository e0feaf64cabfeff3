import type { After } from '@typed-queue/contracts/wire';

interface Timer {
  readonly run: () => void;
  readonly at: number;
}

/** A clock that the test moves. */
export class Time {
  now = 1_700_000_000_000;
  readonly #timers = new Set<Timer>();

  readonly after: After = (ms, run) => {
    const timer = { run, at: this.now + ms };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** How many timers run. */
  get running(): number {
    return this.#timers.size;
  }

  /** Timers that become due run in the order of their times. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = end;
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
  }
}
