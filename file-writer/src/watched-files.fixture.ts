import * as real from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileSystem } from './file-system.js';

/** The real file system with some functions replaced. */
export const filesWith = (replaced: Partial<FileSystem>): FileSystem => ({ ...real, ...replaced });

const nameOf = (path: string, flags: unknown, file: string): string => {
  if (path === dirname(file)) return 'folder';
  if (path !== file) return 'temporary';
  return flags === 'r' ? 'source' : 'target';
};

/** The real file system around one file; writes down each call, fails at one of them, and counts bytes. */
export class WatchedFiles {
  readonly calls: string[] = [];
  readonly file: string;
  readonly failAt: number;
  open = 0;
  read = 0;
  written = 0;
  /** The most that was read and not yet written. */
  mostHeld = 0;
  /** The longest buffer that was passed to be filled or written. */
  longest = 0;

  constructor(file: string, failAt = Infinity) {
    this.file = file;
    this.failAt = failAt;
  }

  #call(name: string): void {
    this.calls.push(name);
    if (this.calls.length - 1 === this.failAt)
      throw Object.assign(new Error(`EIO: ${name}`), { code: 'EIO' });
  }

  readonly fs = filesWith({
    // Safe: the file writer calls these two in their plain form only.
    realpath: (async (path: string) => {
      this.#call('realpath');
      return real.realpath(path);
    }) as FileSystem['realpath'],
    stat: (async (path: string) => {
      this.#call('stat');
      return real.stat(path);
    }) as FileSystem['stat'],
    open: async (path, flags, mode) => {
      const name = nameOf(String(path), flags, this.file);
      this.#call(`open ${name}`);
      const handle = await real.open(path, flags, mode);
      this.open++;
      return this.#watched(handle, name);
    },
    rename: async (from, to) => {
      this.#call('rename');
      await real.rename(from, to);
    },
  });

  #watched(handle: real.FileHandle, name: string): real.FileHandle {
    return new Proxy(handle, {
      get: (target, key) => {
        const method: unknown = Reflect.get(target, key, target);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          if (key === 'close') {
            // A close that fails has closed nevertheless.
            await target.close();
            this.open--;
          }
          this.#call(`${String(key)} ${name}`);
          if (key === 'close') return undefined;
          const result: unknown = await Reflect.apply(method, target, args);
          this.#count(args[0], result);
          return result;
        };
      },
    });
  }

  #count(buffer: unknown, result: unknown): void {
    if (!Buffer.isBuffer(buffer)) return;
    this.longest = Math.max(this.longest, buffer.byteLength);
    const { bytesRead } = (result ?? {}) as { readonly bytesRead?: number }; // Safe: what is no read has none.
    if (bytesRead === undefined) this.written += buffer.byteLength;
    else this.read += bytesRead;
    this.mostHeld = Math.max(this.mostHeld, this.read - this.written);
  }
}
