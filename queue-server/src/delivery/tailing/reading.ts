import type { Engine } from '../../engine/engine.js';

/** A read may bring a whole frame, however little is asked for. */
const MAX_READS = 4;

/** Reads for all tails, a few at once: else the first read of many would be in memory together. */
export class Reading {
  readonly #engine: Pick<Engine, 'head' | 'read'>;
  readonly #waiting: (() => void)[] = [];
  #reads = 0;

  constructor(engine: Pick<Engine, 'head' | 'read'>) {
    this.#engine = engine;
  }

  head(queue: string): ReturnType<Engine['head']> {
    return this.#engine.head(queue);
  }

  /** See `Engine.read`. */
  async read(queue: string, fromSeq: number, maxBytes: number): ReturnType<Engine['read']> {
    if (this.#reads >= MAX_READS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#reads++;
    try {
      return await this.#engine.read(queue, fromSeq, maxBytes);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#reads--;
      else next();
    }
  }
}
