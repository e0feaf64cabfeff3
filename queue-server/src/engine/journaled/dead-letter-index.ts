import type { Range } from '@typed-queue/contracts';

/** Letters of one group at consecutive positions and consecutive seqs of the journal. */
export interface LetterRun {
  readonly position: number;
  readonly seq: number;
  readonly count: number;
  readonly group: string;
  /** Of all its letters; of a part of a run, as if they were of one size. */
  readonly bytes: number;
}

/** The seq of each dead letter in the journal, run-length encoded, and which of them are hidden. */
export class DeadLetterIndex {
  /** Ascending by position. */
  readonly #runs: LetterRun[] = [];
  readonly #hidden = new Set<number>();
  readonly #counts = new Map<string, number>();
  #letters = 0;
  #bytes = 0;

  /** How many letters are not hidden. */
  get listed(): number {
    return this.#letters - this.#hidden.size;
  }
  /** About the size of all letters. */
  get bytes(): number {
    return this.#bytes;
  }
  /** The lowest seq of a letter; undefined when there is none. */
  get firstSeq(): number | undefined {
    return this.#runs.reduce<number | undefined>((least, { seq }) => Math.min(least ?? seq, seq), undefined);
  }

  /** How many letters of a group are not hidden. */
  count(group: string): number {
    return this.#counts.get(group) ?? 0;
  }

  /** The letters from a position on, or the next ones after it. */
  at(position: number): LetterRun | undefined {
    const run = this.#runs[this.#find(position)];
    return run && partOf(run, [Math.max(position, run.position), lastPositionOf(run)]);
  }

  has(position: number): boolean {
    return this.at(position)?.position === position;
  }

  isHidden(position: number): boolean {
    return this.#hidden.has(position);
  }

  /** Adds letters. Those that were known have other seqs from now on. */
  put(run: LetterRun): void {
    this.#cut([run.position, lastPositionOf(run)]);
    const at = this.#find(run.position);
    const before = this.#runs[at - 1];
    if (before !== undefined && isAdjacent(before, run)) {
      const joined = { ...before, count: before.count + run.count, bytes: before.bytes + run.bytes };
      this.#runs[at - 1] = joined;
    } else {
      this.#runs.splice(at, 0, run);
    }
    this.#letters += run.count;
    this.#bytes += run.bytes;
    this.#count(run.group, run.count - this.#hiddenIn([run.position, lastPositionOf(run)]).length);
  }

  remove(range: Range): void {
    this.#cut(range);
    for (const position of this.#hiddenIn(range)) this.#hidden.delete(position);
  }

  /** Returns which of the letters were not hidden before. */
  hide(positions: readonly number[]): readonly number[] {
    return positions.filter((position) => {
      const run = this.at(position);
      if (run?.position !== position || this.#hidden.has(position)) return false;
      this.#hidden.add(position);
      this.#count(run.group, -1);
      return true;
    });
  }

  show(positions: readonly number[]): void {
    for (const position of positions) {
      if (this.#hidden.delete(position)) this.#count(this.at(position)?.group ?? '', 1);
    }
  }

  /** Removes the letters of a range from the runs; hidden ones stay in `#hidden`. */
  #cut([from, to]: Range): void {
    const first = this.#find(from);
    const rest: LetterRun[] = [];
    let at = first;
    for (; at < this.#runs.length; at++) {
      const run = this.#runs[at];
      if (run === undefined || run.position > to) break;
      const last = lastPositionOf(run);
      const cut = partOf(run, [Math.max(from, run.position), Math.min(to, last)]);
      const lastCut = lastPositionOf(cut);
      if (run.position < cut.position) rest.push(partOf(run, [run.position, cut.position - 1]));
      if (last > lastCut) rest.push(partOf(run, [lastCut + 1, last]));
      this.#letters -= cut.count;
      this.#bytes -= cut.bytes;
      this.#count(run.group, this.#hiddenIn([cut.position, lastCut]).length - cut.count);
    }
    if (at > first) this.#runs.splice(first, at - first, ...rest);
  }

  #hiddenIn([from, to]: Range): number[] {
    if (to - from >= this.#hidden.size) return [...this.#hidden].filter((each) => from <= each && each <= to);
    const found: number[] = [];
    for (let each = from; each <= to; each++) if (this.#hidden.has(each)) found.push(each);
    return found;
  }

  #count(group: string, by: number): void {
    const count = (this.#counts.get(group) ?? 0) + by;
    if (count === 0) this.#counts.delete(group);
    else this.#counts.set(group, count);
  }

  /** The index of the first run that ends at a position or after it. */
  #find(position: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const run = this.#runs[middle];
      if (run !== undefined && lastPositionOf(run) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export const lastPositionOf = ({ position, count }: LetterRun): number => position + count - 1;

const partOf = (run: LetterRun, [from, to]: Range): LetterRun => {
  const count = to - from + 1;
  if (count === run.count) return run;
  const bytes = Math.round((run.bytes * count) / run.count);
  return { ...run, position: from, seq: run.seq + from - run.position, count, bytes };
};

const isAdjacent = (before: LetterRun, run: LetterRun): boolean =>
  before.group === run.group &&
  before.position + before.count === run.position &&
  before.seq + before.count === run.seq;
