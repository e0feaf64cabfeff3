import type { SeenLease } from '../engine/nats/lease.js';

/** When this server last saw a lease of another server renewed. A takeover counts the lease's term from then. */
export class SeenLeases {
  readonly #see: (queue: string) => Promise<SeenLease | undefined>;
  readonly #seen = new Map<string, SeenLease>();

  /** @param see looks at the lease of a queue now */
  constructor(see: (queue: string) => Promise<SeenLease | undefined>) {
    this.#see = see;
  }

  of(queue: string): SeenLease | undefined {
    return this.#seen.get(queue);
  }

  /** Looks at the lease of a queue. Does not reject. */
  async look(queue: string): Promise<void> {
    const seen = await this.#see(queue).catch(() => undefined);
    if (seen === undefined || seen.revision === this.#seen.get(queue)?.revision) return;
    this.#seen.set(queue, seen);
  }
}
