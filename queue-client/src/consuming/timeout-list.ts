import type { Runtime } from '../runtime.js';

interface TimeoutListDeps<T> {
  /** Milliseconds. */
  readonly limitMs: number;
  readonly runtime: Pick<Runtime, 'after' | 'now'>;
  /** An item exceeded the limit: called once, then it is removed. */
  readonly onTimeout: (item: T) => void;
}

export interface TimeoutEntry<T> {
  readonly item: T;
  readonly since: number;
  older: TimeoutEntry<T> | undefined;
  newer: TimeoutEntry<T> | undefined;
  gone: boolean;
}

/**
 * Items with one common time limit, so that one timer for the oldest is enough.
 * A linked list: a Map with many short-lived entries costs far more garbage collection.
 */
export class TimeoutList<T> {
  readonly #deps: TimeoutListDeps<T>;
  #oldest: TimeoutEntry<T> | undefined;
  #newest: TimeoutEntry<T> | undefined;
  #cancel: (() => void) | undefined;

  constructor(deps: TimeoutListDeps<T>) {
    this.#deps = deps;
  }

  add(item: T): TimeoutEntry<T> {
    const { runtime, limitMs } = this.#deps;
    const older = this.#newest;
    const entry: TimeoutEntry<T> = { item, since: runtime.now(), older, newer: undefined, gone: false };
    if (older === undefined) this.#oldest = entry;
    else older.newer = entry;
    this.#newest = entry;
    if (this.#cancel === undefined) this.#arm(limitMs);
    return entry;
  }

  delete(entry: TimeoutEntry<T>): void {
    if (entry.gone) return;
    const { older, newer } = entry;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    entry.gone = true;
    entry.older = entry.newer = undefined;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(ms: number): void {
    this.#cancel = this.#deps.runtime.after(ms, () => {
      this.#cancel = undefined;
      this.#expire();
    });
  }

  #expire(): void {
    const { runtime, limitMs, onTimeout } = this.#deps;
    const now = runtime.now();
    for (let oldest = this.#oldest; oldest !== undefined; oldest = this.#oldest) {
      const left = oldest.since + limitMs - now;
      if (left > 0) {
        if (this.#cancel === undefined) this.#arm(left);
        return;
      }
      this.delete(oldest);
      onTimeout(oldest.item);
    }
  }
}
