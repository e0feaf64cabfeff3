/** What is called when a signal aborts: one listener a signal, since Node warns of more than ten, as of a leak. */
class AbortWatch {
  readonly #signal: AbortSignal;
  readonly #callbacks = new Set<() => void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(callback: () => void): void {
    if (this.#callbacks.size === 0) this.#signal.addEventListener('abort', this.#notify, { once: true });
    this.#callbacks.add(callback);
  }

  delete(callback: () => void): void {
    this.#callbacks.delete(callback);
    if (this.#callbacks.size === 0) this.#signal.removeEventListener('abort', this.#notify);
  }

  readonly #notify = (): void => this.#callbacks.forEach((callback) => callback());
}

const watches = new WeakMap<AbortSignal, AbortWatch>();

/** Calls back once when a signal aborts. Returns what ends that. */
export const onAbort = (signal: AbortSignal | undefined, aborted: () => void): (() => void) => {
  if (signal === undefined) return notWatching;
  // Of this call alone, also where the same function watches twice.
  const callback = () => aborted();
  const watch = watches.get(signal) ?? new AbortWatch(signal);
  watches.set(signal, watch);
  watch.add(callback);
  return () => watch.delete(callback);
};

const notWatching = (): void => undefined;
