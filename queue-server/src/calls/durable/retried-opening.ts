import { QueueError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';

const RETRY_MS = 1_000;

/** Errors of a storage that takes nothing for now. */
const PASSING: readonly string[] = ['storage_full', 'storage_unavailable'];

/** An opening that is tried again while the storage takes nothing. */
export class RetriedOpening {
  readonly #after: After;
  #refusal: QueueError | undefined;
  #onRefused = (): void => undefined;
  #cancel = (): void => undefined;
  /** Resolves when it was refused for the first time. */
  readonly refused = new Promise<void>((resolve) => (this.#onRefused = resolve));

  constructor(after: After) {
    this.#after = after;
  }

  /** Why it is not open. */
  get refusal(): QueueError | undefined {
    return this.#refusal;
  }

  /** Does not settle once it is closed. @throws what does not pass */
  async run<T>(open: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await open();
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.#refusal = error;
        this.#onRefused();
      }
      await new Promise<void>((resolve) => (this.#cancel = this.#after(RETRY_MS, resolve)));
    }
  }

  /** All of it is open. */
  done(): void {
    this.#refusal = undefined;
  }

  close(): void {
    this.#cancel();
  }
}

const isPassing = (error: unknown): error is QueueError =>
  error instanceof QueueError && PASSING.includes(error.code);
