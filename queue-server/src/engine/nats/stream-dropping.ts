import type { JournalEvent } from '../journal/journal-event.js';
import type { RecentReads } from '../journal/reading/recent-reads.js';
import type { ListedSegment, SegmentList } from '../journal/segment/segment-list.js';
import { journalErrors } from './journal-errors.js';
import type { RecordStream } from './record-stream.js';
import type { StoreRequests } from './store-requests.js';
import type { StreamIndex } from './stream-index.js';

export interface StreamDroppingOptions {
  readonly name: string;
  readonly stream: RecordStream;
  readonly requests: StoreRequests;
  readonly list: SegmentList;
  readonly index: StreamIndex;
  readonly recentReads: RecentReads;
  readonly log: (event: JournalEvent) => void;
}

/** Drops the oldest segments of a journal: the mark of the first that is left says where it begins. */
export class StreamDropping {
  readonly #options: StreamDroppingOptions;
  #logStart: number;

  constructor(options: StreamDroppingOptions, logStart: number) {
    this.#options = options;
    this.#logStart = logStart;
  }

  /** What is missing below this seq was dropped on purpose. */
  get logStart(): number {
    return this.#logStart;
  }

  /** Drops the segments, but the last, that hold only messages before a seq. Calls must not overlap. */
  async dropBefore(seq: number): Promise<void> {
    const { list, index, name } = this.#options;
    const firstSeq = list.find(seq)?.segment.firstSeq;
    const count = list.before(seq).length;
    const place = firstSeq === undefined ? undefined : index.place(firstSeq);
    if (count === 0 || firstSeq === undefined || place === undefined) return;
    const formerStart = this.#logStart;
    // Before JetStream is asked, so that a read meanwhile takes what it does not find for dropped.
    this.#logStart = Math.max(formerStart, firstSeq);
    const dropped = Array.from({ length: count }, () => list.takeFirst()).flatMap((each) => each ?? []);
    try {
      await this.#send(dropped, place.needs);
    } catch (error) {
      for (const each of dropped.toReversed()) list.putBack(each);
      this.#logStart = formerStart;
      throw journalErrors(name).failed(error);
    }
  }

  async #send(dropped: readonly ListedSegment[], position: number): Promise<void> {
    const { stream, requests, index, recentReads, log } = this.#options;
    await requests.repeat(() => stream.dropBefore(position));
    for (const { segment } of dropped) {
      recentReads.forget(segment);
      index.forget(segment.firstSeq);
      log({ kind: 'segment-dropped', file: segment.path });
    }
  }
}
