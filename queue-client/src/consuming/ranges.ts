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

/** Seqs as they come: consecutive ones take no more room than one. */
export class SeqRanges {
  readonly #done: Range[] = [];
  #from = 0;
  #to = -1;

  add(seq: number): void {
    if (seq !== this.#to + 1 || this.#to < this.#from) {
      if (this.#to >= this.#from) this.#done.push([this.#from, this.#to]);
      this.#from = seq;
    }
    this.#to = seq;
  }

  get ranges(): Range[] {
    return this.#to < this.#from ? [] : mergeRanges([...this.#done, [this.#from, this.#to]]);
  }
}
