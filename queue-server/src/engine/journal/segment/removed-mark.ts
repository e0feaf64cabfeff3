import { encodeFrame, frameAt, KIND, NIL_UUID } from '@typed-queue/contracts/wire';
import { join } from 'node:path';
import { BLOCK_SIZE, decodeBlock, encodeBlock } from './block.js';
import { isMissing, readAt, reading, writeAll, type File, type FileSystem } from '../file-system.js';
import type { SealNote } from './seal-note.js';
import { unsupportedVersion } from '../trouble.js';

/**
 * What was removed from the front of a log on purpose: without it, nothing tells that from files that a disk lost.
 *
 * It is flushed before the first segment goes, and holds from then on. Two files take turns, so that one of them is
 * whole whenever the process stops. It does not stand in the durable mark, because that one is written without a
 * flush and may be lost: here, a loss would make damage of what is none.
 *
 * A file is a block (epoch; `before`, the note's `nextSeq`, the bytes of the frame behind the block, 0) and, when
 * there is a note, a frame of `KIND.index` whose text is the note as JSON.
 */
export interface Removed {
  /** Messages below this seq were removed, or are about to be. */
  readonly before: number;
  /** The newest note of a sealed segment, when no segment is left that has one. */
  readonly note: SealNote | undefined;
}

export const NOTHING_REMOVED: Removed = { before: 1, note: undefined };

const NAMES = ['removed.0.mark', 'removed.1.mark'] as const;

interface Slot {
  readonly name: string;
  readonly removed: Removed | undefined;
}

/** The two files of a log's folder. */
export class RemovedMark {
  readonly #fileSystem: FileSystem;
  readonly #dir: string;
  readonly #epoch: string;
  /** The one that holds is the last. */
  #slots: readonly [Slot, Slot];

  private constructor(fileSystem: FileSystem, dir: string, epoch: string, slots: readonly [Slot, Slot]) {
    this.#fileSystem = fileSystem;
    this.#dir = dir;
    this.#epoch = epoch;
    this.#slots = slots;
  }

  /**
   * Reads what holds; damaged files and those of another epoch count as none. Changes nothing.
   * @throws QueueError `journal_unsupported` when a file is of an unknown version
   */
  static async read(fileSystem: FileSystem, dir: string, epoch: string): Promise<RemovedMark> {
    const slotOf = async (name: string): Promise<Slot> => {
      return { name, removed: await readRemoved(fileSystem, join(dir, name), epoch) };
    };
    const [first, second] = [await slotOf(NAMES[0]), await slotOf(NAMES[1])];
    const newer = (first.removed?.before ?? 0) > (second.removed?.before ?? 0);
    return new RemovedMark(fileSystem, dir, epoch, newer ? [second, first] : [first, second]);
  }

  get removed(): Removed {
    return this.#slots[1].removed ?? NOTHING_REMOVED;
  }

  /** Resolves when it is on the disk. */
  async write(removed: Removed): Promise<void> {
    const [spare, holding] = this.#slots;
    const path = join(this.#dir, spare.name);
    const file = await this.#open(path);
    try {
      writeAll(file, encodeRemoved(this.#epoch, removed), 0);
      await file.flush();
    } finally {
      await file.close();
    }
    await this.#fileSystem.syncDir(this.#dir);
    this.#slots = [holding, { name: spare.name, removed }];
  }

  async #open(path: string): Promise<File> {
    try {
      return await this.#fileSystem.open(path, 'write');
    } catch (error) {
      if (isMissing(error)) return this.#fileSystem.open(path, 'create');
      throw error;
    }
  }
}

const encodeRemoved = (epoch: string, { before, note }: Removed): readonly Uint8Array[] => {
  if (note === undefined) return [encodeBlock('GONE', { epoch, numbers: [before, 0, 0, 0] })];
  const payload = JSON.stringify(note.text);
  const { bytes } = encodeFrame([{ id: NIL_UUID, event: 'note', payload }], { kind: KIND.index });
  return [encodeBlock('GONE', { epoch, numbers: [before, note.nextSeq, bytes.byteLength, 0] }), bytes];
};

const readRemoved = async (
  fileSystem: FileSystem,
  path: string,
  epoch: string,
): Promise<Removed | undefined> => {
  try {
    return await reading(fileSystem, path, (file) => decodeRemoved(file, path, epoch));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

const decodeRemoved = async (file: File, path: string, epoch: string): Promise<Removed | undefined> => {
  const found = decodeBlock('GONE', await readAt(file, 0, BLOCK_SIZE));
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'The mark', found.version);
  if (found.kind === 'bad' || found.block.epoch !== epoch) return undefined;
  const [before, nextSeq, length] = found.block.numbers;
  const note = length === 0 ? undefined : noteOf(await readAt(file, BLOCK_SIZE, length), path);
  return { before, note: note === undefined ? undefined : { text: note, nextSeq } };
};

const noteOf = (bytes: Uint8Array, path: string): string | undefined => {
  const found = frameAt(bytes);
  if (found.kind === 'foreign') throw unsupportedVersion(path, 'The note', found.version);
  // Safe: the text is `encodeRemoved`'s, proved by its checksum.
  return found.kind === 'frame' ? (JSON.parse(found.frame.payloadText(0)) as string) : undefined;
};
