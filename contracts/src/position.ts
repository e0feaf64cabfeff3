/** A position in a queue's log. The epoch identifies the log: it is another after the disk was wiped. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/**
 * Where reading begins: at the oldest message kept, at the next one published, at a seq, or at the first message stored
 * at a time (milliseconds since 1970) or later.
 */
export type Start = 'start' | 'now' | { readonly seq: number } | { readonly time: number };

/** Consecutive seqs, both ends included. */
export type Range = readonly [from: number, to: number];

/** Messages that a log no longer has. */
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
 * The reader's position is of another log: the disk was wiped, or a backup restored. What the former log had from `from`
 * on is unknown; reading restarts at the oldest message of this log. With the same epoch: the group was deleted and made
 * again, and messages from `from` on may be missing or delivered twice.
 */
export interface Reset {
  readonly reason: 'reset';
  readonly from: number;
  /** Of the current log. */
  readonly epoch: string;
}
