import { QueueError, type Gap, type Range } from '@typed-queue/contracts';
import type { LogItem } from './log-item.js';
import { loadExtent } from './extent.js';
import { isShortage, type FileSystem } from '../file-system.js';
import type { JournalEvent } from '../journal-event.js';
import type { LogWriter } from '../writing/log-writer.js';
import { SegmentReader, type Taken } from './segment-reader.js';
import type { Segment } from '../segment/segment-header.js';
import type { SegmentList } from '../segment/segment-list.js';
import { SegmentShelf, type OpenSegment } from './segment-shelf.js';
import type { TailCache } from './tail-cache.js';
import { storageUnavailable, unreadable } from '../trouble.js';

export interface LogReaderOptions {
  readonly dir: string;
  readonly fileSystem: FileSystem;
  readonly list: SegmentList;
  readonly writer: LogWriter;
  readonly cache: TailCache;
  /** What is missing below this seq was removed on purpose. */
  readonly removedBefore: () => number;
  readonly log: (event: JournalEvent) => void;
}

/** How many segments stay open, with their indexes. */
const OPEN_SEGMENTS = 8;

/** Reads what is durable: from memory when it is there, else from the files. Never waits for the writer. */
export class LogReader {
  readonly #options: LogReaderOptions;
  readonly #shelf: SegmentShelf;
  readonly #segments: SegmentReader;
  #lossTold = false;

  constructor(options: LogReaderOptions) {
    this.#options = options;
    this.#shelf = new SegmentShelf(OPEN_SEGMENTS, (segment) => this.#open(segment));
    this.#segments = new SegmentReader(this.#shelf, (file, seqs) => options.log({ kind: 'gap', file, seqs }));
  }

  /** See `Journal.read`. */
  async read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    const { list, writer, cache } = this.#options;
    const items: LogItem[] = [];
    let seq = Math.max(1, fromSeq);
    while (seq < writer.nextSeq) {
      const firstSeq = list.first?.firstSeq ?? writer.nextSeq;
      items.push(...this.#missing(seq, firstSeq));
      seq = Math.max(seq, firstSeq);
      const cached = cache.read(seq, maxBytes);
      if (cached) return [...items, ...cached];
      const taken = await this.#readSegment(seq, maxBytes);
      items.push(...taken.items);
      if (taken.items.at(-1)?.kind === 'frame') return items;
      seq = taken.nextSeq;
    }
    return items;
  }

  /** Closes a segment that is about to be removed, so that its disk space is given back. */
  forget(segment: Segment): Promise<void> {
    return this.#shelf.remove(segment);
  }

  close(): Promise<void> {
    return this.#shelf.close();
  }

  /** The gaps before the oldest message that is kept. */
  #missing(fromSeq: number, firstSeq: number): readonly LogItem[] {
    const damagedFrom = Math.max(fromSeq, Math.min(this.#options.removedBefore(), firstSeq));
    if (damagedFrom < firstSeq) this.#tell([damagedFrom, firstSeq - 1]);
    return [...gap(fromSeq, damagedFrom - 1, 'retention'), ...gap(damagedFrom, firstSeq - 1, 'damage')];
  }

  #tell(seqs: Range): void {
    const { dir, log } = this.#options;
    if (!this.#lossTold) log({ kind: 'gap', file: dir, seqs });
    this.#lossTold = true;
  }

  async #readSegment(seq: number, maxBytes: number): Promise<Taken> {
    const { dir, list, writer } = this.#options;
    const found = list.find(seq);
    // A log whose disk had no room for its first segment.
    if (!found) return { items: [], nextSeq: writer.nextSeq };
    const { segment, nextFirstSeq } = found;
    const limitSeq = Math.min(nextFirstSeq ?? writer.nextSeq, writer.nextSeq);
    try {
      return await this.#segments.read(segment, seq, limitSeq, maxBytes);
    } catch (error) {
      // It was dropped meanwhile: the oldest seq is a later one now.
      if (!list.includes(segment)) return { items: [], nextSeq: seq };
      if (error instanceof QueueError) throw error;
      throw isShortage(error) ? storageUnavailable(dir, error) : unreadable(segment.path, error);
    }
  }

  async #open(segment: Segment): Promise<OpenSegment> {
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
