import type { Frame } from '@typed-queue/contracts/wire';
import type { Segment } from './segment/segment-header.js';

/**
 * State that follows from the messages of a log. Each sealed segment keeps a part of it, so that opening the log
 * need not read what is sealed: a note covers all messages so far, the ids only those of their segment.
 */
export interface DerivedState {
  /** A text for `restoreNote`. It must not rely on messages from `nextSeq` on: they may never become durable. */
  note(nextSeq: number): string;
  /**
   * The ids of the last messages from `firstSeq` to before `nextSeq`, 16 bytes each in the order of their seqs: as
   * many as have to be known. Undefined when they are not known without a hole; the segment is then read.
   */
  ids(firstSeq: number, nextSeq: number): Uint8Array | undefined;
  /** The first seq whose id has to be known, in a log that reaches at least up to before `nextSeq`. */
  idsFrom(segments: readonly DatedSegment[], nextSeq: number): number;

  /** The log calls these while it is opened, the oldest message first. */
  restoreNote(text: string): void;
  /** What `ids` gave for messages before `nextSeq`; none of them is later than `time`. */
  restoreIds(ids: Uint8Array, nextSeq: number, time: number): void;
  /** A stored frame; `noted` when the note covers it. */
  replay(frame: Frame, noted: boolean): void;
  /** What was replayed from this seq on was never acknowledged and is not part of the log. */
  forget(fromSeq: number): void;
}

export interface DatedSegment {
  readonly segment: Segment;
  /** When it was made, in ms since 1970: no message in an older one is later. Infinity when nobody knows. */
  readonly begun: number;
}
