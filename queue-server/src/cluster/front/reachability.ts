import type { After } from '@typed-queue/contracts/wire';
import type { Duplex } from 'node:stream';
import type { FrontClientDeps } from './front-client.js';

type Links = FrontClientDeps['links'];

/** A queue that could not be reached is tried again after this time, in milliseconds. */
const TRY_AGAIN_MS = 1_000;

export interface ReachabilityDeps {
  readonly queues: readonly string[];
  readonly links: Links;
  readonly after: After;
}

/** Which queues could be reached when they last were asked for. At first, and while one cannot, it asks by itself. */
export class Reachability {
  readonly #deps: ReachabilityDeps;
  readonly #abort = new AbortController();
  /** By queue. Undefined: not tried yet. */
  readonly #problems = new Map<string, unknown>();

  constructor(deps: ReachabilityDeps) {
    this.#deps = deps;
    for (const queue of deps.queues) {
      this.#problems.set(queue, undefined);
      void this.#try(queue);
    }
  }

  /** Opens links, and notes what became of it. */
  readonly links: Links = async (queue, signal) => {
    try {
      const stream = await this.#deps.links(queue, signal);
      this.#problems.delete(queue);
      return stream;
    } catch (error) {
      if (!signal.aborted) this.#failed(queue, error);
      throw error;
    }
  };

  /** The queues that cannot be reached, and why. */
  get problems(): ReadonlyMap<string, unknown> {
    return this.#problems;
  }

  close(): void {
    this.#abort.abort();
  }

  #failed(queue: string, error: unknown): void {
    const isTried = this.#problems.has(queue);
    this.#problems.set(queue, error);
    if (!isTried) this.#tryLater(queue);
  }

  #tryLater(queue: string): void {
    if (!this.#abort.signal.aborted) this.#deps.after(TRY_AGAIN_MS, () => void this.#try(queue));
  }

  async #try(queue: string): Promise<void> {
    if (this.#abort.signal.aborted || !this.#problems.has(queue)) return;
    try {
      const stream: Duplex = await this.#deps.links(queue, this.#abort.signal);
      stream.destroy();
      this.#problems.delete(queue);
    } catch (error) {
      if (this.#problems.has(queue)) this.#problems.set(queue, error);
      this.#tryLater(queue);
    }
  }
}
