/** Counts values by ranges. Observing one costs no more than finding its range. */
export class Histogram {
  /** The upper bounds of the ranges, in ascending order. */
  readonly bounds: readonly number[];
  /** How many values each range has; the last is for those above all bounds. */
  readonly counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  /** All values of histograms with the same bounds; of none: it has no ranges. */
  static sumOf(histograms: readonly Histogram[]): Histogram {
    const sum = new Histogram(histograms[0]?.bounds ?? []);
    for (const each of histograms) {
      for (const [range, count] of each.counts.entries())
        sum.counts[range] = (sum.counts[range] ?? 0) + count;
      sum.#sum += each.sum;
    }
    return sum;
  }

  /** The sum of all values. */
  get sum(): number {
    return this.#sum;
  }

  observe(value: number): void {
    let range = 0;
    while (value > (this.bounds[range] ?? Infinity)) range++;
    this.counts[range] = (this.counts[range] ?? 0) + 1;
    this.#sum += value;
  }
}
