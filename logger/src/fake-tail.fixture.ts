import type { QueueError } from '@typed-queue/contracts';
import type { TailItem } from '@typed-queue/queue-client';

/** A fake tail: yields what the test gives. */
export class FakeTail {
  readonly queue: string;
  readonly options: unknown;
  /** How many items the loop asked for. */
  asked = 0;
  closed = false;
  readonly #items: TailItem[] = [];
  #wake: () => void = () => undefined;
  #error: QueueError | undefined;

  constructor(queue: string, options: unknown) {
    this.queue = queue;
    this.options = options;
  }

  give(...items: readonly TailItem[]): void {
    this.#items.push(...items);
    this.#wake();
  }

  fail(error: QueueError): void {
    this.#error = error;
    this.#wake();
  }

  close(): void {
    this.closed = true;
    this.#wake();
  }

  async *items(): AsyncGenerator<TailItem, undefined> {
    try {
      for (;;) {
        this.asked++;
        while (this.#items.length === 0 && this.#error === undefined && !this.closed) {
          await new Promise<void>((resolve) => (this.#wake = resolve));
        }
        const item = this.#items.shift();
        if (item !== undefined) yield item;
        else if (this.#error !== undefined) throw this.#error;
        else return undefined;
      }
    } finally {
      this.closed = true;
    }
  }
}
