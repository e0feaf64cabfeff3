import { join } from 'node:path';
import { BLOCK_SIZE, decodeBlock, encodeBlock } from './block.js';
import {
  isFull,
  isMissing,
  isShortage,
  readAt,
  reading,
  writeAll,
  type File,
  type FileSystem,
} from '../file-system.js';
import { unsupportedVersion } from '../trouble.js';

/**
 * A lower bound of what is durable: it was all on the disk when the mark was written.
 *
 * Each frame names the offset that was durable before it, so nothing in the log itself names the last group.
 * The mark does. It is written after each group and flushed only when the journal is closed: it survives the end
 * of the process at once and the loss of power some seconds later, and an older one is still true. With it, what
 * is bad in the last segment is told apart exactly: below the mark it is damage, and never a torn tail.
 */
export interface Mark {
  readonly epoch: string;
  /** The first seq of the segment that the offset belongs to. */
  readonly segment: number;
  readonly offset: number;
  /** The seq behind the last durable message. */
  readonly nextSeq: number;
  /** The latest time of a message. */
  readonly time: number;
}

const NAME = 'durable.mark';

/**
 * Reads the mark of a folder; a damaged one counts as none.
 * @throws QueueError `journal_unsupported` when it is of an unknown version
 */
export const readMark = async (fileSystem: FileSystem, dir: string): Promise<Mark | undefined> => {
  const path = join(dir, NAME);
  const bytes = await readIfThere(fileSystem, path);
  const found = decodeBlock('MARK', bytes);
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'The mark', found.version);
  if (found.kind === 'bad') return undefined;
  const { epoch, numbers } = found.block;
  const [segment, offset, nextSeq, time] = numbers;
  return { epoch, segment, offset, nextSeq, time };
};

const readIfThere = async (fileSystem: FileSystem, path: string): Promise<Uint8Array> => {
  try {
    return await reading(fileSystem, path, (file) => readAt(file, 0, BLOCK_SIZE));
  } catch (error) {
    if (isMissing(error)) return new Uint8Array(0);
    throw error;
  }
};

/** The file of the mark. Its troubles are told once and stop nothing: the mark only ever helps. */
export class MarkFile {
  #file: File | undefined;
  readonly #failed: (error: unknown) => void;

  private constructor(file: File | undefined, failed: (error: unknown) => void) {
    this.#file = file;
    this.#failed = failed;
  }

  /** Opens or makes it. The caller syncs the folder. */
  static async open(
    fileSystem: FileSystem,
    dir: string,
    failed: (error: unknown) => void,
  ): Promise<MarkFile> {
    const path = join(dir, NAME);
    try {
      return new MarkFile(await openOrCreate(fileSystem, path), failed);
    } catch (error) {
      if (!isFull(error)) throw error;
      failed(error);
      return new MarkFile(undefined, failed);
    }
  }

  write({ epoch, segment, offset, nextSeq, time }: Mark): void {
    if (this.#file === undefined) return;
    try {
      const block = encodeBlock('MARK', { epoch, numbers: [segment, offset, nextSeq, time] });
      writeAll(this.#file, [block], 0);
    } catch (error) {
      // The next write may succeed, and until then the older mark holds.
      if (!isShortage(error)) this.#giveUp(error);
    }
  }

  async close(): Promise<void> {
    try {
      await this.#file?.flush();
    } catch (error) {
      this.#giveUp(error);
    }
    await this.#file?.close();
  }

  #giveUp(error: unknown): void {
    this.#file?.close().catch(() => undefined);
    this.#file = undefined;
    this.#failed(error);
  }
}

const openOrCreate = async (fileSystem: FileSystem, path: string): Promise<File> => {
  try {
    return await fileSystem.open(path, 'write');
  } catch (error) {
    if (isMissing(error)) return fileSystem.open(path, 'create');
    throw error;
  }
};
