import { isMissing, type File, type FileSystem, type OpenMode } from '../journal/file-system.js';

/**
 * A file system on which files stay readable for a backup after the journals removed them: each is opened just before. So
 * retention and compaction never wait for a backup, and a process that is killed leaves nothing behind.
 */
export class RetainingFileSystem implements FileSystem {
  readonly #files: FileSystem;
  #retained: RetainedFiles | undefined;

  constructor(files: FileSystem) {
    this.#files = files;
  }

  /** Keeps files readable until they are released; undefined while others are kept. */
  retain(paths: Iterable<string>): RetainedFiles | undefined {
    if (this.#retained !== undefined) return undefined;
    this.#retained = new RetainedFiles(this.#files, paths, () => (this.#retained = undefined));
    return this.#retained;
  }

  async remove(path: string): Promise<void> {
    await this.#retained?.beforeRemoval(path);
    await this.#files.remove(path);
  }

  makeDir(path: string): Promise<string | undefined> {
    return this.#files.makeDir(path);
  }
  list(dir: string): Promise<readonly string[]> {
    return this.#files.list(dir);
  }
  open(path: string, mode: OpenMode): Promise<File> {
    return this.#files.open(path, mode);
  }
  syncDir(path: string): Promise<void> {
    return this.#files.syncDir(path);
  }
}

/** The files of one backup. */
export class RetainedFiles {
  readonly #files: FileSystem;
  readonly #unread: Set<string>;
  readonly #onRelease: () => void;
  /** Files that were removed, or are about to be. */
  readonly #removed = new Map<string, Promise<File>>();

  constructor(files: FileSystem, paths: Iterable<string>, onRelease: () => void) {
    this.#files = files;
    this.#unread = new Set(paths);
    this.#onRelease = onRelease;
  }

  /** Opens one of the files, once. Rejects when it could not be opened before it was removed. */
  async open(path: string): Promise<File> {
    const removed = this.#removed.get(path);
    if (removed !== undefined) return this.#take(path, removed);
    try {
      const file = await this.#files.open(path, 'read');
      this.#unread.delete(path);
      return file;
    } catch (error) {
      const since = this.#removed.get(path);
      if (isMissing(error) && since !== undefined) return this.#take(path, since);
      throw error;
    }
  }

  async beforeRemoval(path: string): Promise<void> {
    if (!this.#unread.has(path) || this.#removed.has(path)) return;
    const opened = this.#files.open(path, 'read');
    this.#removed.set(path, opened);
    // The backup fails when it comes to the file; the removal does not.
    await opened.catch(() => undefined);
  }

  async release(): Promise<void> {
    this.#onRelease();
    this.#unread.clear();
    const removed = [...this.#removed.values()];
    this.#removed.clear();
    await Promise.allSettled(removed.map(async (file) => (await file).close()));
  }

  #take(path: string, file: Promise<File>): Promise<File> {
    this.#removed.delete(path);
    this.#unread.delete(path);
    return file;
  }
}
