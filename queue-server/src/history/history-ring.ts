/** A step of the history of a queue. */
export interface Sample {
  /** Messages a second. */
  readonly published: number;
  readonly settled: number;
  /** The largest of its groups. */
  readonly depth: number;
  readonly deadLetters: number;
}

/** Of a history. */
export const STEPS = 360;

const SERIES = ['published', 'settled', 'depth', 'deadLetters'] as const satisfies readonly (keyof Sample)[];

/** The last 360 steps of one queue, in 5,760 bytes. Steps are numbered; one that was not set is 0. */
export class HistoryRing {
  readonly #values = new Float32Array(SERIES.length * STEPS);
  #newest = -Infinity;

  /** Sets a step later than all before. */
  set(step: number, sample: Sample): void {
    const first = Math.max(this.#newest + 1, step - STEPS + 1);
    this.#newest = step;
    for (let at = first; at < step; at++) this.#values.fill(0, ...this.#range(at));
    this.#values.set(
      SERIES.map((name) => sample[name]),
      this.#range(step)[0],
    );
  }

  get(step: number): Sample {
    if (step > this.#newest || step <= this.#newest - STEPS) return NOTHING;
    const [published = 0, settled = 0, depth = 0, deadLetters = 0] = this.#values.subarray(
      ...this.#range(step),
    );
    return { published, settled, depth, deadLetters };
  }

  #range(step: number): [from: number, to: number] {
    const from = (((step % STEPS) + STEPS) % STEPS) * SERIES.length;
    return [from, from + SERIES.length];
  }
}

export const NOTHING: Sample = Object.freeze({ published: 0, settled: 0, depth: 0, deadLetters: 0 });
