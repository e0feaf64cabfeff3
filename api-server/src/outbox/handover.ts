import type { Entry } from './entry.js';
import { MAX_BATCH, MAX_BATCH_SIZE } from './outbox.js';

/**
 * Entries that this process has committed, for its relay, which then need not read them from the outbox. At most as many
 * as the relay reads at once: beyond, it reads.
 */
export class Handover {
  #entries: Entry[] = [];
  #size = 0;
  /** Nothing was added since the last `take` that is not here. */
  #isComplete = false;

  add(entries: readonly Entry[]): void {
    if (!this.#isComplete) return;
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#size += entry.payload.length;
    }
    if (this.#entries.length > MAX_BATCH || this.#size > MAX_BATCH_SIZE) this.forget();
  }

  /** There may be entries in the outbox that were not added here. */
  forget(): void {
    this.#clear();
    this.#isComplete = false;
  }

  /** What was added since the last call; undefined: the outbox has more, and has to be read now. */
  take(): readonly Entry[] | undefined {
    const taken = this.#isComplete ? this.#entries : undefined;
    this.#clear();
    this.#isComplete = true;
    return taken;
  }

  #clear(): void {
    this.#entries = [];
    this.#size = 0;
  }
}
