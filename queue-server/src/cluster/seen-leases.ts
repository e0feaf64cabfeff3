import type { SeenLease } from '../engine/nats/lease.js';

/** What this server saw of the leases of queues that others have: its own wait for the end of one begins with that. */
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
