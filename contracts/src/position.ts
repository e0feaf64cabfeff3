/** A place in a queue's log. The epoch is the life of the log: made with it, and new after its disk was wiped. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/** Where a new group begins: with the oldest message kept, with the next one published, or at a seq. */
export type Start = 'start' | 'now' | { readonly seq: number };

/** Consecutive seqs, both ends included. */
export type Range = readonly [from: number, to: number];

/** Messages that a reader will never see, and why. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** `damage`: the bytes on the server's disk no longer match their checksum. */
  readonly reason: 'damage';
}
