import type { FileSystem } from '../file-system.js';
import type { JournalEvent } from '../journal-event.js';
import { loadExtent } from '../segment/extent.js';
import type { Segment } from '../segment/segment-header.js';
import type { SegmentList } from '../segment/segment-list.js';
import type { LogWriter } from '../writing/log-writer.js';
import { AheadReader } from './ahead-reader.js';
import { OpenSegments, type OpenSegment } from './open-segments.js';
import type { RecentReads } from './recent-reads.js';
import type { ReadResult, SegmentRead, SegmentSource } from './segment-read.js';
import { SegmentReader } from './segment-reader.js';

export interface SegmentFilesOptions {
  readonly fileSystem: FileSystem;
  readonly list: SegmentList;
  readonly writer: LogWriter;
  readonly recentReads: RecentReads;
  readonly onFrameBytes: (bytes: number) => void;
  readonly log: (event: JournalEvent) => void;
}

/** How many segments stay open, with their indexes. */
const OPEN_SEGMENTS = 8;

/** The segments of a log, as files that are open while they are read. */
export class SegmentFiles implements SegmentSource {
  readonly #options: SegmentFilesOptions;
  readonly #open: OpenSegments;
  readonly #segments: AheadReader;

  constructor(options: SegmentFilesOptions) {
    this.#options = options;
    this.#open = new OpenSegments(OPEN_SEGMENTS, (segment) => this.#openSegment(segment));
    const segments = new SegmentReader(this.#open, (file, seqs) => options.log({ kind: 'gap', file, seqs }));
    this.#segments = new AheadReader(segments, options.recentReads, options.onFrameBytes);
  }

  read(read: SegmentRead): Promise<ReadResult> {
    return this.#segments.read(read);
  }

  /** Closes a segment that is about to be removed, so that its disk space is freed, and its frames in memory. */
  forget(segment: Segment): Promise<void> {
    this.#options.recentReads.forget(segment);
    return this.#open.remove(segment);
  }

  close(): Promise<void> {
    return this.#open.close();
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
