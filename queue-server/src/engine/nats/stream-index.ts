/** Of one segment, at most. */
const MAX_KNOWN = 512;

/** Where a segment is in the stream. */
export interface SegmentPlace {
  /** Of the mark that begins it: its batches follow. */
  readonly begins: number;
  /** What only earlier segments need is before this position. */
  readonly needs: number;
}

interface Known {
  readonly place: SegmentPlace;
  /** In order. */
  readonly seqs: number[];
  readonly positions: number[];
  /** How far they are apart, at least, as they were learned. */
  stride: number;
}

/** Where batches are in the stream, as far as it is known. */
export class StreamIndex {
  /** By first seq, in order. */
  readonly #segments = new Map<number, Known>();

  begin(firstSeq: number, place: SegmentPlace): void {
    this.#segments.set(firstSeq, { place, seqs: [], positions: [], stride: 1 });
  }

  place(firstSeq: number): SegmentPlace | undefined {
    return this.#segments.get(firstSeq)?.place;
  }

  /** The batch that begins with a seq is at a position. */
  learn(firstSeq: number, seq: number, position: number): void {
    const known = this.#segments.get(firstSeq);
    if (known === undefined) return;
    const at = countUpTo(known.seqs, seq);
    const before = known.positions[at - 1];
    if (known.seqs[at - 1] === seq || (before !== undefined && position < before + known.stride)) return;
    known.seqs.splice(at, 0, seq);
    known.positions.splice(at, 0, position);
    if (known.seqs.length > MAX_KNOWN) thin(known);
  }

  /**
   * The batch with a message is at `low` or after it, and before `high`; `end` is the position after the last message of
   * the stream.
   */
  bounds(firstSeq: number, seq: number, end: number): { readonly low: number; readonly high: number } {
    const known = this.#segments.get(firstSeq);
    if (known === undefined) return { low: 1, high: end };
    const at = countUpTo(known.seqs, seq);
    return {
      low: known.positions[at - 1] ?? known.place.begins,
      high: known.positions[at] ?? this.endOf(firstSeq) ?? end,
    };
  }

  /** Where the next segment begins; undefined when it is the last. */
  endOf(firstSeq: number): number | undefined {
    let isNext = false;
    for (const [seq, { place }] of this.#segments) {
      if (isNext) return place.begins;
      isNext = seq === firstSeq;
    }
    return undefined;
  }

  forget(firstSeq: number): void {
    this.#segments.delete(firstSeq);
  }
}

/** How many of some ordered numbers are at most another one. */
const countUpTo = (numbers: readonly number[], most: number): number => {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? Infinity) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Every second one is enough, from now on. */
const thin = (known: Known): void => {
  known.stride *= 2;
  for (const numbers of [known.seqs, known.positions]) {
    const kept = numbers.filter((_, index) => index % 2 === 0);
    numbers.splice(0, Infinity, ...kept);
  }
};
