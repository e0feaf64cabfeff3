import { deferred } from '../deferred.js';

/** Asks the iterable of a streaming responder for its outputs, while they may be sent. */
export class OutputPump {
  readonly #send: (output: unknown) => void;
  #room: number;
  #change = deferred();
  #iterator: AsyncIterator<unknown> | undefined;
  #hasEnded = false;
  #returned: Promise<unknown> | undefined;

  /** `window`: how many may be sent before `more`. What `send` throws ends it. */
  constructor(window: number, send: (output: unknown) => void) {
    this.#room = window;
    this.#send = send;
  }

  /** Extends the window by this number of items. */
  more(items: number): void {
    this.#room += items;
    this.#wake();
  }

  /** Nobody takes the outputs any more. */
  end(): void {
    this.#hasEnded = true;
    this.#wake();
    this.#close();
  }

  /** Resolves when the iterable has ended, or after `end`, when it has returned. Rejects with what it throws. */
  async run(iterable: AsyncIterable<unknown>): Promise<void> {
    if (this.#isOver()) return;
    this.#iterator = iterable[Symbol.asyncIterator]();
    try {
      while (!this.#isOver()) {
        if (this.#room > 0) {
          const step: IteratorResult<unknown, unknown> = await this.#iterator.next();
          if (step.done === true) return;
          this.#room--;
          if (!this.#isOver()) this.#send(step.value);
        } else await this.#change.promise;
      }
    } catch (error) {
      this.#close();
      throw error;
    } finally {
      await this.#returned;
    }
  }

  /** A method, since it ends while the loop waits, which the compiler cannot see. */
  #isOver(): boolean {
    return this.#hasEnded;
  }

  #wake(): void {
    this.#change.resolve();
    this.#change = deferred();
  }

  /** Lets the iterable release what it holds. What it throws by then helps nobody. */
  #close(): void {
    this.#returned ??= new Promise((resolve) => resolve(this.#iterator?.return?.())).catch(() => undefined);
  }
}

export const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
