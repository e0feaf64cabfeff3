import type { Extent } from '../reading/extent.js';
import { isFull, isMissing, writeAll, type File, type FileSystem } from '../file-system.js';
import { DURABLE, type Group, type Written } from './group.js';
import {
  encodeSegmentHeader,
  HEADER_SIZE,
  type Segment,
  type SegmentHeader,
} from '../segment/segment-header.js';
import { SparseIndex } from '../segment/sparse-index.js';

/** The segment that grows. One write at a time. */
export class ActiveSegment implements Extent {
  readonly segment: Segment;
  readonly index: SparseIndex;
  readonly #file: File;
  /** Writes through it are on the disk when they return. */
  readonly #through: File | undefined;
  #end: number;

  private constructor(
    segment: Segment,
    files: { file: File; through: File | undefined },
    end: number,
    index: SparseIndex,
  ) {
    this.segment = segment;
    this.index = index;
    this.#file = files.file;
    this.#through = files.through;
    this.#end = end;
  }

  /** Makes the file of a new segment, in place of a file of this name that holds nothing. */
  static async create(
    fileSystem: FileSystem,
    dir: string,
    segment: Segment,
    header: SegmentHeader,
    inline: boolean,
  ): Promise<ActiveSegment> {
    const { path } = segment;
    await removeIfThere(fileSystem, path);
    const file = await fileSystem.open(path, 'create');
    try {
      writeAll(file, [encodeSegmentHeader(header)], 0);
      await file.flush();
      await fileSystem.syncDir(dir);
      const through = inline ? await fileSystem.open(path, 'write-through') : undefined;
      return new ActiveSegment(segment, { file, through }, HEADER_SIZE, new SparseIndex());
    } catch (error) {
      await file.close().catch(() => undefined);
      await removeIfThere(fileSystem, path).catch(() => undefined);
      throw error;
    }
  }

  /** Goes on in an existing segment at an offset: cuts what lies behind it and makes durable what lies before. */
  static async resume(
    fileSystem: FileSystem,
    segment: Segment,
    end: number,
    index: SparseIndex,
    inline: boolean,
  ): Promise<ActiveSegment> {
    const file = await fileSystem.open(segment.path, 'write');
    try {
      if ((await file.size()) > end) await file.truncate(end);
      // What a stopped process wrote may not be on the disk yet.
      await file.flush();
      const through = inline ? await fileSystem.open(segment.path, 'write-through') : undefined;
      return new ActiveSegment(segment, { file, through }, end, index);
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

  /** Stamps, writes and flushes a group: `inline` within the write, else off the loop. */
  async write(group: Group, time: number, inline: boolean): Promise<Written> {
    let seq = group.firstSeq;
    for (const frame of group.frames) {
      frame.stamp({ firstSeq: seq, time, durableOffset: this.#end });
      seq += frame.count;
    }
    const buffers = group.frames.map((frame) => frame.bytes);
    const written = await this.#put(buffers, inline ? this.#through : undefined);
    if (written.kind === 'durable') this.#grow(group, time);
    return written;
  }

  /** Writes and flushes the seal. The segment must not be written afterwards, whatever became of it, unless `full`. */
  seal(buffers: readonly Uint8Array[]): Promise<Written> {
    return this.#put(buffers, undefined);
  }

  async close(): Promise<void> {
    await Promise.all([this.#file.close(), this.#through?.close()]);
  }

  async #put(buffers: readonly Uint8Array[], through: File | undefined): Promise<Written> {
    try {
      writeAll(through ?? this.#file, buffers, this.#end);
    } catch (error) {
      return isFull(error) ? this.#cutBack(error) : { kind: 'broken', error };
    }
    return through ? DURABLE : this.#flush(DURABLE);
  }

  async #flush(then: Written): Promise<Written> {
    try {
      await this.#file.flush();
      return then;
    } catch (error) {
      return { kind: 'broken', error };
    }
  }

  async #cutBack(error: unknown): Promise<Written> {
    try {
      await this.#file.truncate(this.#end);
    } catch (cause) {
      return { kind: 'broken', error: cause };
    }
    return this.#flush({ kind: 'full', error });
  }

  #grow(group: Group, time: number): void {
    let offset = this.#end;
    for (const frame of group.frames) {
      this.index.add(frame.firstSeq, offset, time);
      offset += frame.bytes.byteLength;
    }
    this.#end = offset;
  }
}

const removeIfThere = async (fileSystem: FileSystem, path: string): Promise<void> => {
  try {
    await fileSystem.remove(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
};
