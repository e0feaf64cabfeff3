/** Runs something after so many milliseconds; what it returns calls that off. */
export type After = (ms: number, run: () => void) => () => void;

/** A loop that sleeps between its rounds, and may be woken. A wake while it is awake makes the next sleep none. */
export class Sleep {
  readonly #after: After;
  #woken = false;
  #end: (() => void) | undefined;

  constructor(after: After) {
    this.#after = after;
  }

  /** Resolves after so many milliseconds, when it is woken, or when the signal aborts. */
  async for(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#woken && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const end = (): void => {
          callOff();
          signal.removeEventListener('abort', end);
          resolve();
        };
        const callOff = this.#after(ms, end);
        this.#end = end;
        signal.addEventListener('abort', end);
      });
      this.#end = undefined;
    }
    this.#woken = false;
  }

  wake(): void {
    this.#woken = true;
    this.#end?.();
  }
}
