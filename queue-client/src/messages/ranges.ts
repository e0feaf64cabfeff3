import type { Range } from '@typed-queue/contracts';

/** The same seqs in as few ranges as possible, ascending. */
export const mergeRanges = (ranges: readonly Range[]): Range[] => {
  const merged: Range[] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1)
      merged[merged.length - 1] = [last[0], Math.max(last[1], to)];
    else merged.push([from, to]);
  }
  return merged;
};

export const rangesOf = (seqs: Iterable<number>): Range[] =>
  mergeRanges(Array.from(seqs, (seq): Range => [seq, seq]));

export const rangesInclude = (ranges: readonly Range[], seq: number): boolean =>
  ranges.some(([from, to]) => from <= seq && seq <= to);

/** The number of seqs in ranges that do not overlap. */
export const countSeqs = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);

export const intersectRanges = (some: readonly Range[], others: readonly Range[]): Range[] =>
  mergeRanges(
    some.flatMap(([from, to]) =>
      others
        .map(([otherFrom, otherTo]): Range => [Math.max(from, otherFrom), Math.min(to, otherTo)])
        .filter(([first, last]) => first <= last),
    ),
  );

export const subtractRanges = (ranges: readonly Range[], others: readonly Range[]): Range[] =>
  mergeRanges(others).reduce<Range[]>(
    (left, [from, to]) =>
      left.flatMap(([first, last]): Range[] => {
        const below: Range[] = first < from ? [[first, Math.min(last, from - 1)]] : [];
        const above: Range[] = last > to ? [[Math.max(first, to + 1), last]] : [];
        return [...below, ...above];
      }),
    [...ranges],
  );

/** A set of seqs; consecutive ones cost as much memory as one. */
export class SeqRanges {
  readonly #closed: Range[] = [];
  #from = 0;
  #to = -1;

  add(seq: number): void {
    if (seq !== this.#to + 1 || this.#to < this.#from) {
      if (this.#to >= this.#from) this.#closed.push([this.#from, this.#to]);
      this.#from = seq;
    }
    this.#to = seq;
  }

  get ranges(): Range[] {
    return this.#to < this.#from ? [] : mergeRanges([...this.#closed, [this.#from, this.#to]]);
  }
}
