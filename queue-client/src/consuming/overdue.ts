import type { Runtime } from '../runtime.js';

export interface OverdueParts<T> {
  /** Milliseconds. */
  readonly limitMs: number;
  readonly runtime: Pick<Runtime, 'after' | 'now'>;
  /** An item is there for longer than the limit: told once, and then it is no longer watched. */
  readonly onOverdue: (item: T) => void;
}

/** Watches how long items are there. All have the same limit, so that one timer is enough: the oldest is due first. */
export class Overdue<T> {
  readonly #parts: OverdueParts<T>;
  /** When each item came, the oldest first. */
  readonly #since = new Map<T, number>();
  #cancel: (() => void) | undefined;

  constructor(parts: OverdueParts<T>) {
    this.#parts = parts;
  }

  add(item: T): void {
    const { runtime, limitMs } = this.#parts;
    this.#since.set(item, runtime.now());
    this.#arm(limitMs);
  }

  delete(item: T): void {
    this.#since.delete(item);
  }

  stop(): void {
    this.#since.clear();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(ms: number): void {
    this.#cancel ??= this.#parts.runtime.after(ms, () => {
      this.#cancel = undefined;
      this.#ring();
    });
  }

  #ring(): void {
    const { runtime, limitMs, onOverdue } = this.#parts;
    const now = runtime.now();
    for (const [item, since] of this.#since) {
      const left = since + limitMs - now;
      if (left > 0) {
        this.#arm(left);
        return;
      }
      this.#since.delete(item);
      onOverdue(item);
    }
  }
}
