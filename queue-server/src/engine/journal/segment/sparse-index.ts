const STRIDE = 64 * 1024;
/** An entry is three numbers in a row. */
const ENTRY = 3;

/** Where a frame begins, and the seq of its first message. */
export interface FramePosition {
  readonly seq: number;
  readonly offset: number;
}

/** Remembers where about one frame in 64 KiB of a segment begins. */
export class SparseIndex {
  readonly #numbers: number[];

  constructor(numbers: readonly number[] = []) {
    this.#numbers = [...numbers];
  }

  /** The entries as a flat list: seq, offset, time … */
  get numbers(): readonly number[] {
    return this.#numbers;
  }

  get #count(): number {
    return this.#numbers.length / ENTRY;
  }

  /** Adds a frame, in the order of the file; most are skipped. */
  add(seq: number, offset: number, time: number): void {
    const last = this.#count - 1;
    if (last >= 0 && offset < this.#offset(last) + STRIDE) return;
    this.#numbers.push(seq, offset, time);
  }

  /** The last known position at or before a seq. */
  find(seq: number): FramePosition | undefined {
    const entry = this.#countWhile((index) => this.#seq(index) <= seq) - 1;
    return entry < 0 ? undefined : { seq: this.#seq(entry), offset: this.#offset(entry) };
  }

  /** Forgets the frames that begin at an offset or after it. */
  cut(offset: number): void {
    this.#numbers.length = ENTRY * this.#countWhile((index) => this.#offset(index) < offset);
  }

  /** How many entries meet a condition that holds for the first ones only (bisection). */
  #countWhile(meets: (entry: number) => boolean): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (meets(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #seq(entry: number): number {
    return this.#numbers[entry * ENTRY] ?? 0;
  }
  #offset(entry: number): number {
    return this.#numbers[entry * ENTRY + 1] ?? 0;
  }
}
