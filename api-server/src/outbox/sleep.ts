import type { After } from '@typed-queue/program';

/** The sleep of a loop between its rounds. A wake while the loop is awake cancels its next sleep. */
export class Sleep {
  readonly #after: After;
  #woken = false;
  #end: (() => void) | undefined;

  constructor(after: After) {
    this.#after = after;
  }

  /** Resolves after the milliseconds, when it is woken, or when the signal aborts. */
  async for(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#woken && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const end = (): void => {
          cancel();
          signal.removeEventListener('abort', end);
          resolve();
        };
        const cancel = this.#after(ms, end);
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
