import type { Engine, Head, LogItem } from '../../engine/engine.js';

/** A read may bring a whole frame, however little is asked for. */
const MAX_READS = 4;

/** Reads for all tails, a few at once: else the first read of many would be in memory together. */
export class Reading {
  readonly #engine: Pick<Engine, 'queue'>;
  readonly #waiting: (() => void)[] = [];
  #reads = 0;

  constructor(engine: Pick<Engine, 'queue'>) {
    this.#engine = engine;
  }

  head(queue: string): Head {
    return this.#engine.queue(queue).head();
  }

  /** See `QueueHandle.read`. */
  async read(queue: string, fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    if (this.#reads >= MAX_READS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#reads++;
    try {
      return await this.#engine.queue(queue).read(fromSeq, maxBytes);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#reads--;
      else next();
    }
  }
}
