import type { JournalEvent } from '../journal/journal-event.js';
import type { RecentReads } from '../journal/reading/recent-reads.js';
import type { ListedSegment, SegmentList } from '../journal/segment/segment-list.js';
import { failureOf } from './answer.js';
import { DROP } from './journal-scripts.js';
import type { OwnedStore } from './owned-store.js';
import { redisErrors } from './redis-errors.js';
import type { JournalKeys } from './redis-keys.js';

export interface SegmentDroppingOptions {
  readonly name: string;
  readonly store: OwnedStore;
  readonly keys: JournalKeys;
  readonly list: SegmentList;
  readonly recentReads: RecentReads;
  readonly log: (event: JournalEvent) => void;
}

/** Drops the oldest segments of a journal, and moves its start, in one step. */
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
    const { list } = this.#options;
    const firstSeq = list.find(seq)?.segment.firstSeq;
    const count = list.before(seq).length;
    if (count === 0 || firstSeq === undefined) return;
    const formerStart = this.#logStart;
    // Before Redis is asked, so that a read meanwhile takes what it does not find for dropped.
    this.#logStart = Math.max(formerStart, firstSeq);
    const dropped = Array.from({ length: count }, () => list.takeFirst()).flatMap((each) => each ?? []);
    try {
      await this.#send(dropped);
    } catch (error) {
      for (const each of dropped.toReversed()) list.putBack(each);
      this.#logStart = formerStart;
      throw this.#failure(error);
    }
  }

  async #send(dropped: readonly ListedSegment[]): Promise<void> {
    const { store, keys, recentReads, log } = this.#options;
    const seqs = dropped.map(({ segment }) => segment.firstSeq);
    const theirs = seqs.flatMap((seq) => [keys.frames(seq), keys.ids(seq)]);
    const fields = seqs.map((seq) => `segment:${seq}`);
    await store.repeat(() => store.write(DROP, [keys.hash, ...theirs], [this.#logStart, ...fields]));
    for (const { segment } of dropped) {
      recentReads.forget(segment);
      log({ kind: 'segment-dropped', file: segment.path });
    }
  }

  #failure(error: unknown): Error {
    const errors = redisErrors(this.#options.name);
    return failureOf(error) === 'short' ? errors.unavailable(error) : errors.failed(error);
  }
}
