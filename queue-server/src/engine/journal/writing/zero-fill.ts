import { isFull, type File } from '../file-system.js';

/** When less than this is left, more is filled. */
const FILL_AT = 64 * 1024;

/** After larger writes nothing is filled: for them the zeros would cost more than they save. */
const LARGE = 64 * 1024;

export interface FillOptions {
  /** How much is filled at once at most; 0: nothing. */
  readonly bytes: number;
  /** The largest size of the segment. */
  readonly limit: number;
}

/**
 * Fills the active segment with zeros ahead of the writer, off the event loop: flushing bytes that the file has already
 * takes two thirds of the time of flushing a file that grows. As much as the segment holds, so that a queue that is
 * seldom used takes little room. After a crash the zeros are cut off as a torn tail is.
 */
export class ZeroFill {
  readonly #file: File;
  readonly #bytes: number;
  readonly #limit: number;
  /** All before it is on the disk. */
  #end: number;
  /** The file has no bytes after it. */
  #size: number;
  #filling: Promise<void> | undefined;
  #state: 'filling' | 'full' | { readonly error: unknown } = 'filling';

  /** `end`: of the file, which is on the disk. */
  constructor(file: File, end: number, { bytes, limit }: FillOptions) {
    this.#file = file;
    this.#bytes = bytes;
    this.#limit = limit;
    this.#end = end;
    this.#size = end;
  }

  /** Before a write up to `end`, which the filling must not overwrite. @throws what the filling failed with */
  async beforeWrite(end: number): Promise<void> {
    if (end > this.#end) await this.#filling;
    if (typeof this.#state === 'object') throw this.#state.error;
    this.#size = Math.max(this.#size, end);
  }

  /** After a write of some bytes up to `end` is on the disk: fills the next part when little is left. */
  ahead(bytes: number, end: number): void {
    this.#end = Math.max(this.#end, end);
    const least = Math.min(FILL_AT, this.#bytes / 2);
    if (this.#filling !== undefined || this.#state !== 'filling' || bytes > LARGE) return;
    if (end < least || this.#end - end >= least) return;
    const to = Math.min(this.#end + Math.min(this.#bytes, end), this.#limit);
    if (to <= this.#end) return;
    this.#filling = this.#fill(to).finally(() => (this.#filling = undefined));
  }

  /** Resolves when nothing is being filled. */
  async filled(): Promise<void> {
    await this.#filling;
  }

  /** Cuts off everything from `end` on. @throws what the file system throws */
  async cut(end: number): Promise<void> {
    await this.#filling;
    if (this.#size <= end) return;
    await this.#file.truncate(end);
    this.#end = end;
    this.#size = end;
  }

  async #fill(to: number): Promise<void> {
    this.#size = to;
    try {
      await this.#file.writeZeros(this.#end, to - this.#end);
      await this.#file.flush();
      this.#end = to;
    } catch (error) {
      this.#state = isFull(error) ? 'full' : { error };
    }
  }
}
