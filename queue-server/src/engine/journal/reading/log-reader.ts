import { QueueError, type Gap, type Range } from '@typed-queue/contracts';
import type { LogItem } from '../../log/scan.js';
import { isShortage, type FileSystem } from '../file-system.js';
import type { JournalEvent } from '../journal-event.js';
import { loadExtent } from '../segment/extent.js';
import type { Segment } from '../segment/segment-header.js';
import type { SegmentList } from '../segment/segment-list.js';
import { storageUnavailable, unreadable } from '../storage-errors.js';
import type { LogWriter } from '../writing/log-writer.js';
import { AheadReader } from './ahead-reader.js';
import { OpenSegments, type OpenSegment } from './open-segments.js';
import type { NewestFrames } from './newest-frames.js';
import type { RecentReads } from './recent-reads.js';
import { SegmentReader, type ReadResult } from './segment-reader.js';

export interface LogReaderOptions {
  readonly dir: string;
  readonly fileSystem: FileSystem;
  readonly list: SegmentList;
  readonly writer: LogWriter;
  readonly newest: NewestFrames;
  readonly recentReads: RecentReads;
  /** What is missing below this seq was removed on purpose. */
  readonly logStart: () => number;
  readonly onFrameBytes: (bytes: number) => void;
  readonly log: (event: JournalEvent) => void;
}

/** How many segments stay open, with their indexes. */
const OPEN_SEGMENTS = 8;

/** Reads what is durable: from memory when it is there, else from the files. Never waits for the writer. */
export class LogReader {
  readonly #options: LogReaderOptions;
  readonly #open: OpenSegments;
  readonly #segments: AheadReader;
  #lossReported = false;

  constructor(options: LogReaderOptions) {
    this.#options = options;
    this.#open = new OpenSegments(OPEN_SEGMENTS, (segment) => this.#openSegment(segment));
    const segments = new SegmentReader(this.#open, (file, seqs) => options.log({ kind: 'gap', file, seqs }));
    this.#segments = new AheadReader(segments, options.recentReads, options.onFrameBytes);
  }

  /** See `Journal.read`. */
  async read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    const { list, writer, newest } = this.#options;
    const items: LogItem[] = [];
    let seq = Math.max(1, fromSeq);
    while (seq < writer.nextSeq) {
      const firstSeq = list.first?.firstSeq ?? writer.nextSeq;
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

  /** Closes a segment that is about to be removed, so that its disk space is freed, and its frames in memory. */
  forget(segment: Segment): Promise<void> {
    this.#options.recentReads.forget(segment);
    return this.#open.remove(segment);
  }

  close(): Promise<void> {
    return this.#open.close();
  }

  /** The gaps before the oldest message that is kept. */
  #gapsBefore(firstSeq: number, fromSeq: number): readonly LogItem[] {
    const damagedFrom = Math.max(fromSeq, Math.min(this.#options.logStart(), firstSeq));
    if (damagedFrom < firstSeq) this.#reportLoss([damagedFrom, firstSeq - 1]);
    return [...gap(fromSeq, damagedFrom - 1, 'retention'), ...gap(damagedFrom, firstSeq - 1, 'damage')];
  }

  #reportLoss(seqs: Range): void {
    const { dir, log } = this.#options;
    if (!this.#lossReported) log({ kind: 'gap', file: dir, seqs });
    this.#lossReported = true;
  }

  async #readSegment(fromSeq: number, maxBytes: number): Promise<ReadResult> {
    const { dir, list, writer } = this.#options;
    const found = list.find(fromSeq);
    // A log whose disk had no room for its first segment.
    if (!found) return { items: [], nextSeq: writer.nextSeq };
    const { segment, nextFirstSeq } = found;
    const limitSeq = Math.min(nextFirstSeq ?? writer.nextSeq, writer.nextSeq);
    try {
      return await this.#segments.read({ segment, fromSeq, limitSeq, maxBytes });
    } catch (error) {
      // It was dropped during the read: the oldest seq is a later one now.
      if (!list.includes(segment)) return { items: [], nextSeq: fromSeq };
      if (error instanceof QueueError) throw error;
      throw isShortage(error) ? storageUnavailable(dir, error) : unreadable(segment.path, error);
    }
  }

  async #openSegment(segment: Segment): Promise<OpenSegment> {
    const { fileSystem, list, writer } = this.#options;
    const { active } = writer;
    const file = await fileSystem.open(segment.path, 'read');
    try {
      if (active?.segment === segment) return { file, extent: active };
      const limitSeq = list.find(segment.firstSeq)?.nextFirstSeq ?? writer.nextSeq;
      return { file, extent: await loadExtent(file, segment, limitSeq) };
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}

const gap = (from: number, to: number, reason: Gap['reason']): readonly LogItem[] =>
  from > to ? [] : [{ kind: 'gap', gap: { from, to, reason } }];
