import { QueueError, type Durability } from '@typed-queue/contracts';
import type { Frame, FrameReceipt } from '@typed-queue/contracts/wire';
import type { Engine } from '../engine/engine.js';

/** Lets the publishes of all connections into the engine, until it drains. */
export class PublishGate {
  readonly #engine: Engine;
  readonly #pending = new Set<Promise<unknown>>();
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

  epoch(queue: string): string {
    return this.#engine.queue(queue).head().epoch;
  }

  /** @throws QueueError `draining`, and whatever the engine refuses with */
  async append(queue: string, frame: Frame): Promise<FrameReceipt> {
    if (this.#draining) {
      throw new QueueError('draining', 'The server is shutting down. Send it again when it is back.');
    }
    const appending = this.#engine.queue(queue).append(frame);
    this.#pending.add(appending);
    try {
      return await appending;
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
