import { encodeFrame, frameAt, KIND, NIL_UUID } from '@typed-queue/contracts/wire';
import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import {
  isMissing,
  openOrCreate,
  readAt,
  reading,
  writeAll,
  type File,
  type FileSystem,
} from '../file-system.js';
import { unsupportedVersion } from '../storage-errors.js';
import { BLOCK_SIZE, decodeBlock, encodeBlock } from './block.js';
import type { ProducerSnapshot } from './segment-footer.js';

/**
 * Where a log begins since segments were dropped: tells them apart from files that a disk lost.
 *
 * It is flushed before the first segment is removed. Two files take turns, so that one of them is whole whenever the
 * process stops. It is not part of the durable checkpoint, which is written without a flush and may be lost.
 */
export interface LogStart {
  /** Messages below this seq were dropped, or are about to be. */
  readonly firstSeq: number;
  /** The newest producer snapshot, when no segment is left that has one. */
  readonly producers: ProducerSnapshot | undefined;
}

const NOTHING_DROPPED: LogStart = { firstSeq: 1, producers: undefined };

const NAMES = ['removed.0.mark', 'removed.1.mark'] as const;

interface Slot {
  readonly name: string;
  readonly start: LogStart | undefined;
}

/** The two files of a log's folder. */
export class LogStartCheckpoint {
  readonly #fileSystem: FileSystem;
  readonly #dir: string;
  readonly #epoch: string;
  /** The valid one is the last. */
  #slots: readonly [Slot, Slot];

  private constructor(fileSystem: FileSystem, dir: string, epoch: string, slots: readonly [Slot, Slot]) {
    this.#fileSystem = fileSystem;
    this.#dir = dir;
    this.#epoch = epoch;
    this.#slots = slots;
  }

  /**
   * Reads the valid file; damaged files and those of another epoch count as none. Changes nothing.
   * @throws QueueError `journal_unsupported` when a file is of an unknown version
   */
  static async read(fileSystem: FileSystem, dir: string, epoch: string): Promise<LogStartCheckpoint> {
    const slotOf = async (name: string): Promise<Slot> => {
      return { name, start: await readLogStart(fileSystem, join(dir, name), epoch) };
    };
    const [first, second] = [await slotOf(NAMES[0]), await slotOf(NAMES[1])];
    const newer = (first.start?.firstSeq ?? 0) > (second.start?.firstSeq ?? 0);
    return new LogStartCheckpoint(fileSystem, dir, epoch, newer ? [second, first] : [first, second]);
  }

  get start(): LogStart {
    return this.#slots[1].start ?? NOTHING_DROPPED;
  }

  /** Resolves when it is durable. */
  async write(start: LogStart): Promise<void> {
    const [spare, valid] = this.#slots;
    const file = await openOrCreate(this.#fileSystem, join(this.#dir, spare.name));
    try {
      writeAll(file, encodeLogStart(this.#epoch, start), 0);
      await file.flush();
    } finally {
      await file.close();
    }
    await this.#fileSystem.syncDir(this.#dir);
    this.#slots = [valid, { name: spare.name, start }];
  }
}

const encodeLogStart = (epoch: string, { firstSeq, producers }: LogStart): readonly Uint8Array[] => {
  if (producers === undefined) return [encodeBlock('GONE', { epoch, numbers: [firstSeq, 0, 0, 0] })];
  const payload = JSON.stringify(producers.text);
  const { bytes } = encodeFrame([{ id: NIL_UUID, event: 'note', payload }], { kind: KIND.index });
  const numbers = [firstSeq, producers.nextSeq, bytes.byteLength, 0] as const;
  return [encodeBlock('GONE', { epoch, numbers }), bytes];
};

/** As a file of a new folder. */
export const logStartFile = (epoch: string, start: LogStart): { name: string; bytes: Uint8Array } => ({
  name: NAMES[0],
  bytes: Buffer.concat(encodeLogStart(epoch, start)),
});

const readLogStart = async (
  fileSystem: FileSystem,
  path: string,
  epoch: string,
): Promise<LogStart | undefined> => {
  try {
    return await reading(fileSystem, path, (file) => decodeLogStart(file, path, epoch));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

const decodeLogStart = async (file: File, path: string, epoch: string): Promise<LogStart | undefined> => {
  const found = decodeBlock('GONE', await readAt(file, 0, BLOCK_SIZE));
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'The checkpoint', found.version);
  if (found.kind === 'bad' || found.block.epoch !== epoch) return undefined;
  const [firstSeq, nextSeq, length] = found.block.numbers;
  const text = length === 0 ? undefined : snapshotIn(await readAt(file, BLOCK_SIZE, length), path);
  return { firstSeq, producers: text === undefined ? undefined : { text, nextSeq } };
};

const snapshotIn = (bytes: Uint8Array, path: string): string | undefined => {
  const found = frameAt(bytes);
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'The producer snapshot', found.version);
  // Safe: the text is `encodeLogStart`'s, proved by its checksum.
  return found.kind === 'frame' ? (JSON.parse(found.frame.payloadText(0)) as string) : undefined;
};
