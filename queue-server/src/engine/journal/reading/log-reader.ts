import type { Gap, Range } from '@typed-queue/contracts';
import type { LogItem } from '../../log/scan.js';
import type { JournalEvent } from '../journal-event.js';
import type { SegmentList } from '../segment/segment-list.js';
import type { NewestFrames } from './newest-frames.js';
import type { ReadResult, SegmentSource } from './segment-read.js';

export interface LogReaderOptions {
  /** Where the log is, for the operator. */
  readonly place: string;
  readonly list: SegmentList;
  /** The seq after the last durable message. */
  readonly nextSeq: () => number;
  readonly newest: NewestFrames;
  readonly segments: SegmentSource;
  /** What is missing below this seq was removed on purpose. */
  readonly logStart: () => number;
  /** What a failed read rejects with. */
  readonly unreadable: (segment: string, error: unknown) => Error;
  readonly log: (event: JournalEvent) => void;
}

/** Reads what is durable: from memory when it is there, else from the segments. Never waits for the writer. */
export class LogReader {
  readonly #options: LogReaderOptions;
  #lossReported = false;

  constructor(options: LogReaderOptions) {
    this.#options = options;
  }

  /** See `Journal.read`. */
  async read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    const { list, nextSeq, newest } = this.#options;
    const items: LogItem[] = [];
    let seq = Math.max(1, fromSeq);
    while (seq < nextSeq()) {
      const firstSeq = list.first?.firstSeq ?? nextSeq();
      items.push(...this.#gapsBefore(firstSeq, seq));
      seq = Math.max(seq, firstSeq);
      const kept = newest.read(seq, maxBytes);
      if (kept) return [...items, ...kept];
      const result = await this.#readSegment(seq, maxBytes);
      items.push(...result.items);
      if (result.items.at(-1)?.kind === 'frame') return items;
      seq = result.nextSeq;
    }
    return items;
  }

  /** The gaps before the oldest message that is kept. */
  #gapsBefore(firstSeq: number, fromSeq: number): readonly LogItem[] {
    const damagedFrom = Math.max(fromSeq, Math.min(this.#options.logStart(), firstSeq));
    if (damagedFrom < firstSeq) this.#reportLoss([damagedFrom, firstSeq - 1]);
    return [...gap(fromSeq, damagedFrom - 1, 'retention'), ...gap(damagedFrom, firstSeq - 1, 'damage')];
  }

  #reportLoss(seqs: Range): void {
    const { place, log } = this.#options;
    if (!this.#lossReported) log({ kind: 'gap', file: place, seqs });
    this.#lossReported = true;
  }

  async #readSegment(fromSeq: number, maxBytes: number): Promise<ReadResult> {
    const { list, nextSeq, segments, unreadable } = this.#options;
    const found = list.find(fromSeq);
    // A log that had no room for its first segment.
    if (!found) return { items: [], nextSeq: nextSeq() };
    const { segment, nextFirstSeq } = found;
    const limitSeq = Math.min(nextFirstSeq ?? nextSeq(), nextSeq());
    try {
      return await segments.read({ segment, fromSeq, limitSeq, maxBytes });
    } catch (error) {
      // It was dropped during the read: the oldest seq is a later one now.
      if (!list.includes(segment)) return { items: [], nextSeq: fromSeq };
      throw unreadable(segment.path, error);
    }
  }
}

const gap = (from: number, to: number, reason: Gap['reason']): readonly LogItem[] =>
  from > to ? [] : [{ kind: 'gap', gap: { from, to, reason } }];
