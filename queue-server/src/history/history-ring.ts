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

const PLACES: Readonly<Record<keyof Sample, number>> = { published: 0, settled: 1, depth: 2, deadLetters: 3 };

/** The last 360 steps of one queue, in 5,760 bytes. Steps are numbered from 1; one that was not set is 0. */
export class HistoryRing {
  /** One series after the other. */
  readonly #values = new Float32Array(4 * STEPS);
  #newest = 0;

  /** Sets a step later than all before. */
  set(step: number, { published, settled, depth, deadLetters }: Sample): void {
    for (let skipped = Math.max(this.#newest + 1, step - STEPS + 1); skipped < step; skipped++) {
      this.#write(skipped, [0, 0, 0, 0]);
    }
    this.#newest = step;
    this.#write(step, [published, settled, depth, deadLetters]);
  }

  /** Adds a series, from a step on, to sums of the same steps. */
  addTo(sums: Float64Array, name: keyof Sample, first: number): void {
    const from = Math.max(first, this.#newest - STEPS + 1, 1);
    const to = Math.min(first + sums.length - 1, this.#newest);
    const offset = PLACES[name] * STEPS;
    for (let step = from; step <= to; step++) {
      sums[step - first] = (sums[step - first] ?? 0) + (this.#values[offset + (step % STEPS)] ?? 0);
    }
  }

  #write(step: number, values: readonly number[]): void {
    for (let place = 0; place < values.length; place++) {
      this.#values[place * STEPS + (step % STEPS)] = values[place] ?? 0;
    }
  }
}

export const NOTHING: Sample = Object.freeze({ published: 0, settled: 0, depth: 0, deadLetters: 0 });
