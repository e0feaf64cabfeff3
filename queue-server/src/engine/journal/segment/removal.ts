import { isFull, isMissing, isShortage, type FileSystem } from '../file-system.js';
import type { JournalEvent } from '../journal-event.js';
import type { RemovedMark } from './removed-mark.js';
import { newestNote, type SealNote } from './seal-note.js';
import type { Segment } from './segment-header.js';
import type { SegmentList } from './segment-list.js';

export interface RemovalOptions {
  readonly dir: string;
  readonly fileSystem: FileSystem;
  readonly list: SegmentList;
  readonly mark: RemovedMark;
  /** Do segments end in notes that must be kept? */
  readonly wantsNote: boolean;
  readonly log: (event: JournalEvent) => void;
  /** Told of each segment just before its file goes. */
  readonly dropped: (segment: Segment) => Promise<void>;
}

/** Removes the oldest segments of a log, and remembers that it was on purpose. */
export class Removal {
  readonly #options: RemovalOptions;
  #before: number;
  #running: Promise<void> = Promise.resolve();
  /** A file was removed that may come back when the power is lost. */
  #unsynced = false;

  constructor(options: RemovalOptions) {
    this.#options = options;
    this.#before = options.mark.removed.before;
  }

  /** What is missing below this seq was removed on purpose. */
  get before(): number {
    return this.#before;
  }

  /**
   * Removes the segments, but the last, that hold only messages before a seq; the oldest first, so that what is
   * left has no hole whenever the process stops.
   */
  async dropBefore(seq: number): Promise<void> {
    const done = this.#running.then(() => this.#drop(seq));
    this.#running = done.catch(() => undefined);
    return done;
  }

  /** Resolves when nothing is being removed. */
  settled(): Promise<void> {
    return this.#running;
  }

  async #drop(seq: number): Promise<void> {
    const { list } = this.#options;
    if (this.#unsynced) await this.#sync();
    const going = list.before(seq);
    const before = list.find(seq)?.segment.firstSeq;
    if (going.length === 0 || before === undefined) return;
    const note = await this.#noteIn(going, before);
    const marked = await this.#mark(before, note);
    this.#before = Math.max(this.#before, before);
    for (const segment of going) await this.#remove(segment);
    // A full disk is no reason to keep what fills it: there is room for the mark afterwards.
    if (!marked) await this.#mark(before, note);
  }

  /** The note that would be lost. */
  async #noteIn(going: readonly Segment[], before: number): Promise<SealNote | undefined> {
    const { fileSystem, list, mark, wantsNote } = this.#options;
    if (!wantsNote || list.find(Infinity)?.segment.firstSeq !== before) return undefined;
    const newest = await newestNote(fileSystem, going).catch((error: unknown) => {
      if (isShortage(error)) throw error;
      // Segments that cannot be read must not stay because of that.
      return undefined;
    });
    return newest ?? mark.removed.note;
  }

  /** Resolves to false when there is no room for it. */
  async #mark(before: number, note: SealNote | undefined): Promise<boolean> {
    const { mark } = this.#options;
    try {
      await mark.write({ before: Math.max(before, this.#before), note });
      return true;
    } catch (error) {
      if (isFull(error)) return false;
      throw error;
    }
  }

  async #remove(segment: Segment): Promise<void> {
    const { fileSystem, list, log, dropped } = this.#options;
    const first = list.takeFirst();
    await dropped(segment);
    try {
      await fileSystem.remove(segment.path);
    } catch (error) {
      if (!isMissing(error)) {
        // Later ones must not go before it.
        if (first) list.putBack(first);
        throw error;
      }
    }
    this.#unsynced = true;
    // One by one: a later file must not be gone for good while an older one comes back.
    await this.#sync();
    log({ kind: 'segment-dropped', file: segment.path });
  }

  async #sync(): Promise<void> {
    const { dir, fileSystem } = this.#options;
    await fileSystem.syncDir(dir);
    this.#unsynced = false;
  }
}
