import { join } from 'node:path';
import {
  isFull,
  isMissing,
  isShortage,
  openOrCreate,
  readAt,
  reading,
  writeAll,
  type File,
  type FileSystem,
} from '../file-system.js';
import { unsupportedVersion } from '../storage-errors.js';
import { BLOCK_SIZE, decodeBlock, encodeBlock } from './block.js';

/**
 * A lower bound of what is durable.
 *
 * Each frame names the offset that was durable before it, so nothing in the log itself covers the last commit. The
 * checkpoint does: below it, bad bytes in the last segment are damage and never a torn tail. It is written after each
 * commit and flushed only when the journal is closed: it survives the end of the process, may be some seconds old
 * after a loss of power, and an older one is still true.
 */
export interface DurableCheckpoint {
  readonly epoch: string;
  /** The first seq of the segment that the offset belongs to. */
  readonly segment: number;
  readonly offset: number;
  /** The seq after the last durable message. */
  readonly nextSeq: number;
  /** The latest time of a message. */
  readonly time: number;
}

const NAME = 'durable.mark';

/**
 * Reads the checkpoint of a folder; a damaged one counts as none.
 * @throws QueueError `journal_unsupported` when it is of an unknown version
 */
export const readDurableCheckpoint = async (
  fileSystem: FileSystem,
  dir: string,
): Promise<DurableCheckpoint | undefined> => {
  const path = join(dir, NAME);
  const bytes = await reading(fileSystem, path, (file) => readAt(file, 0, BLOCK_SIZE)).catch(
    (error: unknown) => {
      if (isMissing(error)) return new Uint8Array(0);
      throw error;
    },
  );
  const found = decodeBlock('MARK', bytes);
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'The checkpoint', found.version);
  if (found.kind === 'bad') return undefined;
  const { epoch, numbers } = found.block;
  const [segment, offset, nextSeq, time] = numbers;
  return { epoch, segment, offset, nextSeq, time };
};

/** The file of the checkpoint. A failure is reported once and stops nothing. */
export class DurableCheckpointFile {
  #file: File | undefined;
  readonly #failed: (error: unknown) => void;

  private constructor(file: File | undefined, failed: (error: unknown) => void) {
    this.#file = file;
    this.#failed = failed;
  }

  /** Opens or creates it. The caller syncs the folder. */
  static async open(
    fileSystem: FileSystem,
    dir: string,
    failed: (error: unknown) => void,
  ): Promise<DurableCheckpointFile> {
    try {
      return new DurableCheckpointFile(await openOrCreate(fileSystem, join(dir, NAME)), failed);
    } catch (error) {
      if (!isFull(error)) throw error;
      failed(error);
      return new DurableCheckpointFile(undefined, failed);
    }
  }

  write({ epoch, segment, offset, nextSeq, time }: DurableCheckpoint): void {
    if (this.#file === undefined) return;
    try {
      const block = encodeBlock('MARK', { epoch, numbers: [segment, offset, nextSeq, time] });
      writeAll(this.#file, [block], 0);
    } catch (error) {
      // The next write may succeed, and until then the older checkpoint holds.
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
