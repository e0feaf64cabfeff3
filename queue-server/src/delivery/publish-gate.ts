import { QueueError, type Durability } from '@typed-queue/contracts';
import type { Frame, FrameReceipt } from '@typed-queue/contracts/wire';
import type { Engine } from '../engine/engine.js';
import type { ExpectedSeq } from '../engine/expected/expected-seq.js';

/** What has happened to published messages of one queue since the server started. */
export interface PublishCount {
  stored: number;
  /** Known already: answered, and not stored again. */
  duplicates: number;
}

/** Lets the publishes of all connections into the engine, until it drains. */
export class PublishGate {
  readonly #engine: Engine;
  readonly #pending = new Set<Promise<unknown>>();
  readonly #counts = new Map<string, PublishCount>();
  #draining = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get draining(): boolean {
    return this.#draining;
  }

  get durability(): Durability {
    return this.#engine.durability;
  }

  /** The count of a queue. */
  countOf(queue: string): PublishCount {
    const known = this.#counts.get(queue);
    if (known !== undefined) return known;
    const count = { stored: 0, duplicates: 0 };
    this.#counts.set(queue, count);
    return count;
  }

  epoch(queue: string): string {
    return this.#engine.queue(queue).head().epoch;
  }

  /** @throws QueueError `draining` */
  checkOpen(): void {
    if (!this.#draining) return;
    throw new QueueError('draining', 'The server is shutting down. Send it again when it is back.');
  }

  /** @throws QueueError `draining`, and whatever the engine refuses with */
  async append(queue: string, frame: Frame, expected?: ExpectedSeq): Promise<FrameReceipt> {
    this.checkOpen();
    const appending = this.#engine.queue(queue).append(frame, expected);
    this.#pending.add(appending);
    try {
      const receipt = await appending;
      const count = this.countOf(queue);
      const duplicates = receipt.duplicates.length;
      count.stored += frame.count - duplicates;
      count.duplicates += duplicates;
      return receipt;
    } finally {
      this.#pending.delete(appending);
    }
  }

  /** Refuses every publish from now on; resolves when the earlier ones are answered. */
  async drain(): Promise<void> {
    this.#draining = true;
    await Promise.allSettled(this.#pending);
  }
}
