/** A place in a queue's log. The epoch is the life of the log: made with it, and new after its disk was wiped. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/**
 * Where reading begins: with the oldest message kept, with the next one published, at a seq, or with the first
 * message stored at a time (milliseconds since 1970) or later.
 */
export type Start = 'start' | 'now' | { readonly seq: number } | { readonly time: number };

/** Consecutive seqs, both ends included. */
export type Range = readonly [from: number, to: number];

/** Messages that a log no longer has, and why. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /**
   * `damage`: the bytes on the server's disk no longer match their checksum, or are gone.
   * `retention`: they were older, or more, than the queue keeps; or an operator purged them.
   */
  readonly reason: 'damage' | 'retention';
}

/**
 * The log is another than the reader's position was meant for: its disk was wiped, or an older copy restored. What
 * stood from `from` on in the former log is unknown; reading begins anew with the oldest message of this one. Or, with
 * the same log, the group was deleted and made anew: it may never get messages from `from` on, or get them again.
 */
export interface Reset {
  readonly reason: 'reset';
  readonly from: number;
  /** Of the log as it is now. */
  readonly epoch: string;
}
