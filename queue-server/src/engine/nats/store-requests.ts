import { backOffMs } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { failureOf } from './nats-failure.js';
import type { StreamStore } from './stream-store.js';

/** How long a reader waits for answers, before its read fails. */
const READING_MS = 2_000;

const RETRY_DELAYS = { minDelayMs: 20, maxDelayMs: 1_000 };

/** Sends requests to a store that may not answer. */
export class StoreRequests {
  readonly #store: StreamStore;
  readonly #after: After;

  constructor(store: StreamStore, after: After) {
    this.#store = store;
    this.#after = after;
  }

  /** Rejects at once when the connection is lost: an answer would not arrive any more. */
  once<T>(send: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const fault = this.#store.fault();
      if (fault !== undefined) {
        reject(fault);
        return;
      }
      const unlisten = this.#store.listen({ down: reject, up: () => undefined });
      void send().then(resolve, reject).finally(unlisten);
    });
  }

  /**
   * Repeats what has the same effect once or several times until it is answered.
   * @throws what JetStream answered; the fault of the store when it never answers
   */
  async repeat<T>(send: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        return await this.once(send);
      } catch (error) {
        if (failureOf(error) !== 'unanswered') throw error;
        await this.another(failures, error);
      }
    }
  }

  /** As `repeat`, for readers: only for some time. */
  async read<T>(send: () => Promise<T>): Promise<T> {
    let expired = false;
    let fail: (error: unknown) => void = () => undefined;
    const ended = new Promise<never>((_, reject) => (fail = reject));
    ended.catch(() => undefined);
    let cause: unknown;
    let cancel: (() => void) | undefined;
    const expire = (): void => {
      expired = true;
      fail(cause);
    };
    const attempt = async (): Promise<T> => {
      for (let failures = 0; ; failures++) {
        try {
          return await this.once(send);
        } catch (error) {
          if (expired || failureOf(error) !== 'unanswered') throw error;
          cause = error;
          cancel ??= this.#after(READING_MS, expire);
          await this.another(failures, error);
        }
      }
    };
    try {
      return await Promise.race([attempt(), ended]);
    } finally {
      cancel?.();
    }
  }

  /**
   * Resolves when something may be sent again, after a number of failures.
   * @throws the fault of the store when nothing ever can be
   */
  async another(failures: number, error: unknown): Promise<void> {
    const wasUp = this.#store.fault() === undefined;
    if (!(await this.#store.up())) throw this.#store.fault() ?? error;
    if (wasUp || failures > 0) await this.#pause(backOffMs(failures, RETRY_DELAYS));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#after(ms, resolve));
  }
}
