import { newId } from '@typed-queue/contracts';
import { codeOf, flushFolder, makeFolder } from '@typed-queue/program';
import { link, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkBackup, type BackupSink } from './check.js';
import { archiveEntries } from './entries.js';
import { encodeManifest, MANIFEST_FILE, type Manifest } from './manifest.js';

const FILE_MODE = 0o600;
/** Of what is not complete. */
const PART = '.part';

/**
 * Saves an archive as a new file, which appears when it is complete and was checked; until then `<path>.<id>.part` is written.
 * @throws QueueError `backup_invalid`; the error of the source, or of the file system
 */
export const saveArchive = (archive: AsyncIterable<Uint8Array>, path: string): Promise<Manifest> =>
  completed({ path, publish: publishFile }, async (part) => {
    const file = await open(part, 'wx', FILE_MODE);
    try {
      const manifest = await checkBackup(archiveEntries(copied(archive, (chunk) => writeTo(file, chunk))));
      await file.sync();
      return manifest;
    } finally {
      await file.close();
    }
  });

/** The same for the files of an archive, in a new folder. */
export const saveFolder = (archive: AsyncIterable<Uint8Array>, path: string): Promise<Manifest> =>
  completed({ path, publish: rename }, async (part) => {
    const folder = new FolderSink(part);
    const manifest = await checkBackup(archiveEntries(archive), folder);
    await folder.write(MANIFEST_FILE, [encodeManifest(manifest)]);
    await folder.flush();
    return manifest;
  });

/** Passes an archive on, and checks it on the way. `write` resolves when it takes more. */
export const passArchive = (
  archive: AsyncIterable<Uint8Array>,
  write: (chunk: Uint8Array) => Promise<void>,
): Promise<Manifest> => checkBackup(archiveEntries(copied(archive, write)));

interface Target {
  readonly path: string;
  /** Gives what is complete its name. Replaces no file, and no folder that is not empty. */
  readonly publish: (part: string, path: string) => Promise<void>;
}

/** Writes to a name that nothing else has, which becomes `path` when that succeeds, and is removed when it fails. */
export const completed = async <T>(
  { path, publish }: Target,
  write: (part: string) => Promise<T>,
): Promise<T> => {
  const part = `${path}.${newId()}${PART}`;
  try {
    const result = await write(part);
    await publish(part, path);
    await flushFolder(dirname(path));
    return result;
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
};

/** File systems without links. */
const UNLINKABLE: readonly (string | undefined)[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** A link, unlike a new name, replaces nothing. */
const publishFile = async (part: string, path: string): Promise<void> => {
  try {
    await link(part, path);
  } catch (error) {
    if (!UNLINKABLE.includes(codeOf(error))) throw error;
    await rename(part, path);
    return;
  }
  await rm(part);
};

async function* copied(
  chunks: AsyncIterable<Uint8Array>,
  write: (chunk: Uint8Array) => Promise<void>,
): AsyncGenerator<Uint8Array, undefined> {
  for await (const chunk of chunks) {
    await write(chunk);
    yield chunk;
  }
}

const writeTo = async (file: FileHandle, chunk: Uint8Array): Promise<void> => {
  for (let done = 0; done < chunk.byteLength;) {
    const { bytesWritten } = await file.write(chunk, done);
    done += bytesWritten;
  }
};

/** Writes files to a folder, closed to other users. */
export class FolderSink implements BackupSink {
  readonly #dir: string;
  readonly #folders = new Set<string>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  async write(path: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const full = join(this.#dir, path);
    await this.#make(dirname(full));
    const file = await open(full, 'wx', FILE_MODE);
    try {
      for await (const chunk of chunks) await writeTo(file, chunk);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Resolves when the entries of all folders are durable. */
  async flush(): Promise<void> {
    await this.#make(this.#dir);
    for (const folder of this.#folders) await flushFolder(folder);
  }

  async #make(folder: string): Promise<void> {
    if (this.#folders.has(folder)) return;
    await makeFolder(folder);
    for (let each = folder; each.startsWith(this.#dir); each = dirname(each)) this.#folders.add(each);
  }
}
