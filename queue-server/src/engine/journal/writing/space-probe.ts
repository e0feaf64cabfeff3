import { join } from 'node:path';
import { isMissing, writeAll, type FileSystem } from '../file-system.js';

const NAME = 'space.probe';

export interface ProbeOptions {
  readonly dir: string;
  readonly fileSystem: FileSystem;
  /** How much room there must be, in bytes. */
  readonly bytes: number;
  readonly everyMs: number;
  /** Runs something once, later, without keeping the process alive; returns how to cancel it. */
  readonly timer: (run: () => void, ms: number) => () => void;
}

/** Tries again and again whether a full disk has room, by writing a file. */
export class SpaceProbe {
  readonly #options: ProbeOptions;
  #cancel: (() => void) | undefined;
  #trying: Promise<void> = Promise.resolve();

  constructor(options: ProbeOptions) {
    this.#options = options;
  }

  /** Calls `found` once, when there is room. */
  start(found: () => void): void {
    const { timer, everyMs } = this.#options;
    this.#cancel = timer(() => {
      this.#trying = this.#try(found);
    }, everyMs);
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#trying;
  }

  async #try(found: () => void): Promise<void> {
    const hasRoom = await this.#hasRoom();
    // Stopped meanwhile.
    if (this.#cancel === undefined) return;
    if (hasRoom) found();
    else this.start(found);
  }

  async #hasRoom(): Promise<boolean> {
    const { dir, fileSystem, bytes } = this.#options;
    try {
      await removeProbe(fileSystem, dir);
      const file = await fileSystem.open(join(dir, NAME), 'create');
      try {
        writeAll(file, [new Uint8Array(bytes)], 0);
        await file.flush();
      } finally {
        await file.close();
        await removeProbe(fileSystem, dir);
      }
      return true;
    } catch {
      return false;
    }
  }
}

/** Removes what a probe left that was interrupted. */
export const removeProbe = async (fileSystem: FileSystem, dir: string): Promise<void> => {
  try {
    await fileSystem.remove(join(dir, NAME));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
};
