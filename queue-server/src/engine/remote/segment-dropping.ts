import type { JournalEvent } from '../journal/journal-event.js';
import type { RecentReads } from '../journal/reading/recent-reads.js';
import type { ListedSegment, SegmentList } from '../journal/segment/segment-list.js';

export interface SegmentDroppingOptions {
  readonly list: SegmentList;
  readonly recentReads: RecentReads;
  readonly log: (event: JournalEvent) => void;
  /** Drops segments, the oldest of the journal, in the store; `firstSeq` is where the journal begins then. */
  readonly drop: (dropped: readonly ListedSegment[], firstSeq: number) => Promise<unknown>;
  /** What `dropBefore` rejects with. */
  readonly failure: (error: unknown) => Error;
}

/** Drops the oldest segments of a journal. */
export class SegmentDropping {
  readonly #options: SegmentDroppingOptions;
  #logStart: number;

  constructor(options: SegmentDroppingOptions, logStart: number) {
    this.#options = options;
    this.#logStart = logStart;
  }

  /** What is missing below this seq was dropped on purpose. */
  get logStart(): number {
    return this.#logStart;
  }

  /** Drops the segments, but the last, that hold only messages before a seq. Calls must not overlap. */
  async dropBefore(seq: number): Promise<void> {
    const { list, drop, failure } = this.#options;
    const firstSeq = list.find(seq)?.segment.firstSeq;
    const count = list.before(seq).length;
    if (count === 0 || firstSeq === undefined) return;
    const formerStart = this.#logStart;
    // Before the store is asked, so that a read meanwhile takes what it does not find for dropped.
    this.#logStart = Math.max(formerStart, firstSeq);
    const dropped = Array.from({ length: count }, () => list.takeFirst()).flatMap((each) => each ?? []);
    try {
      await drop(dropped, firstSeq);
    } catch (error) {
      for (const each of dropped.toReversed()) list.putBack(each);
      this.#logStart = formerStart;
      throw failure(error);
    }
    this.#forget(dropped);
  }

  #forget(dropped: readonly ListedSegment[]): void {
    const { recentReads, log } = this.#options;
    for (const { segment } of dropped) {
      recentReads.forget(segment);
      log({ kind: 'segment-dropped', file: segment.path });
    }
  }
}
