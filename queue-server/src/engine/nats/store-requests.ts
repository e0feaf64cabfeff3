import { backOffMs } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { consequenceOf } from './failure.js';
import type { StreamStore } from './stream-store.js';

/** For how long a request waits for its answer, before it is sent again. A stream has a new leader after some seconds. */
export const ANSWER_MS = 2_000;

/** How long a reader waits for answers, before its read fails. */
const READING_MS = 2_000;

const RETRY_DELAYS = { minDelayMs: 5, maxDelayMs: 1_000 };

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
  repeat<T>(send: () => Promise<T>): Promise<T> {
    return this.#repeat(
      () => this.#within(ANSWER_MS, send),
      () => false,
    );
  }

  /** As `repeat`, for readers: only for some time. */
  read<T>(send: () => Promise<T>): Promise<T> {
    let isOver = false;
    return this.#within(READING_MS, () => this.#repeat(send, () => isOver)).finally(() => (isOver = true));
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

  async #repeat<T>(send: () => Promise<T>, isOver: () => boolean): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        return await this.once(send);
      } catch (error) {
        if (isOver() || consequenceOf(error) !== 'unanswered') throw error;
        await this.another(failures, error);
      }
    }
  }

  #within<T>(ms: number, send: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#after(ms, () =>
        reject(this.#store.fault() ?? new Error(`no answer within ${ms} ms`)),
      );
      void send().then(resolve, reject).finally(cancel);
    });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#after(ms, resolve));
  }
}
