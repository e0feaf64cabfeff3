import type { Frame } from '@typed-queue/contracts/wire';
import type { DatedSegment } from './segment/segment-header.js';

/**
 * What deduplication knows of the messages of a log. The footer of each sealed segment stores it, so that opening the
 * log need not read sealed segments: a producer snapshot covers all messages so far, the ids only those of their
 * segment.
 */
export interface DedupState {
  /** A text for `restoreProducers`, without messages from `nextSeq` on: they may never become durable. */
  producerSnapshot(nextSeq: number): string;
  /**
   * The ids of the last messages from `firstSeq` to before `nextSeq`, 16 bytes each in the order of their seqs: as
   * many as have to be known. Undefined when they are not known without a hole; the segment is then read.
   */
  ids(firstSeq: number, nextSeq: number): Uint8Array | undefined;
  /** The first seq whose id has to be known, in a log that reaches at least up to before `nextSeq`. */
  idsFrom(segments: readonly DatedSegment[], nextSeq: number): number;

  /** The log calls these while it is opened, the oldest message first. */
  restoreProducers(snapshot: string): void;
  /** What `ids` returned for messages before `nextSeq`; none of them is later than `time`. */
  restoreIds(ids: Uint8Array, nextSeq: number, time: number): void;
  /** A stored frame; `inSnapshot` when the producer snapshot covers it. */
  replay(frame: Frame, inSnapshot: boolean): void;
  /** What was replayed from this seq on was never acknowledged and is not part of the log. */
  forget(fromSeq: number): void;
}
