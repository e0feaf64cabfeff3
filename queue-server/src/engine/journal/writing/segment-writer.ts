import { isFull, isShortage, removeIfPresent, writeAll, type File, type FileSystem } from '../file-system.js';
import type { Extent } from '../segment/extent.js';
import {
  encodeSegmentHeader,
  HEADER_SIZE,
  type Segment,
  type SegmentHeader,
} from '../segment/segment-header.js';
import { SparseIndex } from '../segment/sparse-index.js';
import { DURABLE, type Batch, type WriteResult } from './batch-writer.js';
import { ZeroFill, type FillOptions } from './zero-fill.js';

/** What the failure of a call means for the write that it was a part of. */
export const failedWrite = (error: unknown): WriteResult => {
  if (isFull(error)) return { kind: 'full', error };
  return { kind: isShortage(error) ? 'short' : 'broken', error };
};

/** How an active segment is written. */
export interface Writing {
  /** Can batches be written and flushed in one call on the event loop? */
  readonly inline: boolean;
  readonly fill: FillOptions;
}

export interface SegmentWriterOptions extends Writing {
  readonly fileSystem: FileSystem;
  readonly segment: Segment;
}

interface OpenFiles {
  readonly file: File;
  /** Writes to it are durable when they return. */
  readonly through: File | undefined;
}

/** The segment that is written. One write at a time. */
export class SegmentWriter implements Extent {
  readonly segment: Segment;
  readonly index: SparseIndex;
  readonly #files: OpenFiles;
  readonly #zeros: ZeroFill;
  #end: number;

  private constructor(
    { segment, fill }: SegmentWriterOptions,
    files: OpenFiles,
    end: number,
    index: SparseIndex,
  ) {
    this.segment = segment;
    this.index = index;
    this.#files = files;
    this.#zeros = new ZeroFill(files.file, end, fill);
    this.#end = end;
  }

  /** Creates the file of a new segment, in place of a file of this name that holds nothing. */
  static async create(
    dir: string,
    header: SegmentHeader,
    options: SegmentWriterOptions,
  ): Promise<SegmentWriter> {
    const { fileSystem, segment, inline } = options;
    const { path } = segment;
    await removeIfPresent(fileSystem, path);
    const file = await fileSystem.open(path, 'create');
    try {
      writeAll(file, [encodeSegmentHeader(header)], 0);
      await file.flush();
      await fileSystem.syncDir(dir);
      const through = inline ? await fileSystem.open(path, 'write-through') : undefined;
      return new SegmentWriter(options, { file, through }, HEADER_SIZE, new SparseIndex());
    } catch (error) {
      await file.close().catch(() => undefined);
      await removeIfPresent(fileSystem, path).catch(() => undefined);
      throw error;
    }
  }

  /** Resumes an existing segment at an offset: truncates it there and makes the rest durable. */
  static async resume(
    end: number,
    index: SparseIndex,
    options: SegmentWriterOptions,
  ): Promise<SegmentWriter> {
    const { fileSystem, segment, inline } = options;
    const file = await fileSystem.open(segment.path, 'write');
    try {
      if ((await file.size()) > end) await file.truncate(end);
      // What a stopped process wrote may not be on the disk yet.
      await file.flush();
      const through = inline ? await fileSystem.open(segment.path, 'write-through') : undefined;
      return new SegmentWriter(options, { file, through }, end, index);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
  }

  /** The durable offset. */
  get end(): number {
    return this.#end;
  }
  get isEmpty(): boolean {
    return this.#end === HEADER_SIZE;
  }

  /** Stamps, writes and flushes a batch: `inline` within the write, else off the event loop. */
  async write(batch: Batch, time: number, inline: boolean): Promise<WriteResult> {
    let seq = batch.firstSeq;
    for (const frame of batch.frames) {
      frame.stamp({ firstSeq: seq, time, durableOffset: this.#end });
      seq += frame.count;
    }
    const buffers = batch.frames.map((frame) => frame.bytes);
    const written = await this.#put(buffers, inline ? this.#files.through : undefined);
    if (written.kind !== 'durable') return written;
    this.#grow(batch, time);
    this.#zeros.ahead(batch.bytes, this.#end);
    return written;
  }

  /** Writes and flushes the footer. Unless this is `full`, the segment must not be written afterwards. */
  async writeFooter(footer: readonly Uint8Array[]): Promise<WriteResult> {
    try {
      await this.cutZeros();
    } catch (error) {
      return { kind: 'broken', error };
    }
    return this.#put(footer, undefined);
  }

  /** Cuts off what was filled with zeros ahead. Only for a segment that may be written. */
  cutZeros(): Promise<void> {
    return this.#zeros.cut(this.#end);
  }

  async close(): Promise<void> {
    await this.#zeros.filled();
    await Promise.all([this.#files.file.close(), this.#files.through?.close()]);
  }

  async #put(buffers: readonly Uint8Array[], through: File | undefined): Promise<WriteResult> {
    const bytes = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
    try {
      await this.#zeros.beforeWrite(this.#end + bytes);
      writeAll(through ?? this.#files.file, buffers, this.#end);
    } catch (error) {
      return isFull(error) ? this.#truncateBack(error) : { kind: 'broken', error };
    }
    return through ? DURABLE : this.#flush(DURABLE);
  }

  async #flush(then: WriteResult): Promise<WriteResult> {
    try {
      await this.#files.file.flush();
      return then;
    } catch (error) {
      return { kind: 'broken', error };
    }
  }

  async #truncateBack(error: unknown): Promise<WriteResult> {
    try {
      await this.#zeros.cut(this.#end);
    } catch (cause) {
      return { kind: 'broken', error: cause };
    }
    return this.#flush({ kind: 'full', error });
  }

  #grow(batch: Batch, time: number): void {
    let offset = this.#end;
    for (const frame of batch.frames) {
      this.index.add(frame.firstSeq, offset, time);
      offset += frame.bytes.byteLength;
    }
    this.#end = offset;
  }
}
