import type { After } from '@typed-queue/contracts/wire';
import { unrefAfter } from '@typed-queue/program';

/** What asks a semaphore for a permit. */
export interface Holder {
  /** The permit was granted. */
  acquired(): void;
  /** It is held longer than allowed while others wait. Called repeatedly until it is released. */
  overdue(): void;
}

/** How long a permit may be held while others wait, in milliseconds. */
const MAX_HELD_MS = 10_000;

/** A number of permits, granted in the order of the requests. */
export class Semaphore {
  readonly #permits: number;
  readonly #after: After;
  readonly #waiting = new Set<Holder>();
  /** By holder, how its timer is cancelled. */
  readonly #held = new Map<Holder, () => void>();

  constructor(permits: number, after: After = unrefAfter) {
    this.#permits = permits;
    this.#after = after;
  }

  /** Asks for a permit. Returns how to release it, granted or not. */
  acquire(holder: Holder): () => void {
    if (this.#held.size < this.#permits) this.#grant(holder);
    else this.#waiting.add(holder);
    return () => {
      this.#release(holder);
    };
  }

  #grant(holder: Holder): void {
    this.#watch(holder);
    holder.acquired();
  }

  #watch(holder: Holder): void {
    const onOverdue = (): void => {
      this.#watch(holder);
      if (this.#waiting.size > 0) holder.overdue();
    };
    this.#held.set(holder, this.#after(MAX_HELD_MS, onOverdue));
  }

  #release(holder: Holder): void {
    this.#waiting.delete(holder);
    this.#held.get(holder)?.();
    if (!this.#held.delete(holder)) return;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#grant(next);
  }
}
