import type { File, FileSystem, OpenMode } from '../engine/journal/file-system.js';
import type { Activity } from './activity.js';

/** A file that keeps nothing. */
const NOWHERE: File = {
  size: async () => 0,
  read: async () => 0,
  write: (buffers) => bytesOf(buffers),
  writeZeros: async () => undefined,
  flush: async () => undefined,
  truncate: async () => undefined,
  close: async () => undefined,
};

const bytesOf = (buffers: readonly Uint8Array[]): number =>
  buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);

/** The disk of a server that may be killed: from then on nothing reaches it, though every call still succeeds. */
export class KillableDisk implements FileSystem {
  readonly #disk: FileSystem;
  readonly #activity: Activity;
  #killed = false;

  constructor(disk: FileSystem, activity: Activity) {
    this.#disk = disk;
    this.#activity = activity;
  }

  kill(): void {
    this.#killed = true;
  }

  makeDir(path: string): Promise<string | undefined> {
    return this.#changing(() => this.#disk.makeDir(path));
  }

  list(dir: string): Promise<readonly string[]> {
    return this.#activity.during(() => this.#disk.list(dir));
  }

  async open(path: string, mode: OpenMode): Promise<File> {
    if (this.#killed && mode !== 'read') return NOWHERE;
    return this.#wrapped(await this.#activity.during(() => this.#disk.open(path, mode)));
  }

  async remove(path: string): Promise<void> {
    await this.#changing(() => this.#disk.remove(path));
  }

  async syncDir(path: string): Promise<void> {
    await this.#changing(() => this.#disk.syncDir(path));
  }

  #wrapped(file: File): File {
    return {
      size: () => this.#activity.during(() => file.size()),
      read: (into, position) => this.#activity.during(() => file.read(into, position)),
      write: (buffers, position) => (this.#killed ? bytesOf(buffers) : file.write(buffers, position)),
      writeZeros: async (position, bytes) => {
        await this.#changing(() => file.writeZeros(position, bytes));
      },
      flush: async () => {
        await this.#changing(() => file.flush());
      },
      truncate: async (size) => {
        await this.#changing(() => file.truncate(size));
      },
      close: () => this.#activity.during(() => file.close()),
    };
  }

  async #changing<T>(call: () => Promise<T>): Promise<T | undefined> {
    return this.#killed ? undefined : this.#activity.during(call);
  }
}
