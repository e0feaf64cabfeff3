import type { After } from '@typed-queue/program';

/** Timers that are cancelled together; after `close` none is started. */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>();
  #closed = false;

  readonly after: After = (ms, run) => {
    if (this.#closed) return () => undefined;
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      run();
    }, ms);
    this.#running.add(timer);
    return () => {
      this.#running.delete(timer);
      clearTimeout(timer);
    };
  };

  close(): void {
    this.#closed = true;
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
