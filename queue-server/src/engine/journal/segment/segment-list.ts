import type { FileSystem } from '../file-system.js';
import type { JournalEvent } from '../journal-event.js';
import type { Segment } from './segment-header.js';

/** The files of a log in the order of their seqs. Only the last one may grow. */
export class SegmentList {
  readonly #segments: Segment[];
  #dropping: Promise<void> = Promise.resolve();

  constructor(segments: readonly Segment[]) {
    this.#segments = [...segments];
  }

  get all(): readonly Segment[] {
    return this.#segments;
  }
  get first(): Segment | undefined {
    return this.#segments[0];
  }

  includes(segment: Segment): boolean {
    return this.#segments.includes(segment);
  }

  /** Adds a segment behind the last one, or in the place of it when that holds nothing and so is called the same. */
  add(segment: Segment): void {
    if (this.#segments.at(-1)?.firstSeq === segment.firstSeq) this.#segments.pop();
    this.#segments.push(segment);
  }

  /** The segment that a seq belongs to, and the first seq of the one behind it. */
  find(seq: number): { readonly segment: Segment; readonly nextFirstSeq: number | undefined } | undefined {
    const index = this.#segments.findLastIndex((segment) => segment.firstSeq <= seq);
    const segment = this.#segments[index];
    return segment && { segment, nextFirstSeq: this.#segments[index + 1]?.firstSeq };
  }

  /**
   * Removes the segments, but the last, that hold only messages before a seq; the oldest first, so that what is
   * left has no hole whenever the process stops. Each is told before it is removed.
   */
  async dropBefore(
    seq: number,
    options: DropOptions,
    dropped: (segment: Segment) => Promise<void>,
  ): Promise<void> {
    const done = this.#dropping.then(() => this.#drop(seq, options, dropped));
    this.#dropping = done.catch(() => undefined);
    return done;
  }

  /** Resolves when nothing is being removed. */
  settled(): Promise<void> {
    return this.#dropping;
  }

  async #drop(
    seq: number,
    { dir, fileSystem, log }: DropOptions,
    dropped: (segment: Segment) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      const [oldest, second] = this.#segments;
      if (!oldest || !second || second.firstSeq > seq) return;
      this.#segments.shift();
      await dropped(oldest);
      try {
        await fileSystem.remove(oldest.path);
      } catch (error) {
        // Later ones must not go before it.
        this.#segments.unshift(oldest);
        throw error;
      }
      // One by one: a later file must not be gone for good while an older one comes back.
      await fileSystem.syncDir(dir);
      log({ kind: 'segment-dropped', file: oldest.path });
    }
  }
}

export interface DropOptions {
  readonly dir: string;
  readonly fileSystem: FileSystem;
  readonly log: (event: JournalEvent) => void;
}
