import { isFull, isShortage, removeIfPresent, type FileSystem } from '../file-system.js';
import type { JournalEvent } from '../journal-event.js';
import type { LogStartCheckpoint } from '../segment/log-start-checkpoint.js';
import { newestProducerSnapshot, type ProducerSnapshot } from '../segment/segment-footer.js';
import type { Segment } from '../segment/segment-header.js';
import type { SegmentList } from '../segment/segment-list.js';

export interface SegmentRemovalOptions {
  readonly dir: string;
  readonly fileSystem: FileSystem;
  readonly list: SegmentList;
  readonly checkpoint: LogStartCheckpoint;
  /** Do footers contain producer snapshots? */
  readonly keepsProducers: boolean;
  readonly log: (event: JournalEvent) => void;
  /** Called for each segment just before its file is removed. */
  readonly dropped: (segment: Segment) => Promise<void>;
}

/** Removes the oldest segments of a log, and records where the log begins from then on. */
export class SegmentRemoval {
  readonly #options: SegmentRemovalOptions;
  #logStart: number;
  /** A file was removed that may be back after a loss of power. */
  #unsynced = false;

  constructor(options: SegmentRemovalOptions) {
    this.#options = options;
    this.#logStart = options.checkpoint.start.firstSeq;
  }

  /** What is missing below this seq was removed on purpose. */
  get logStart(): number {
    return this.#logStart;
  }

  /**
   * Removes the segments, but the last, that hold only messages before a seq; the oldest first, so that the rest has
   * no hole whenever the process stops. Calls must not overlap.
   */
  async dropBefore(seq: number): Promise<void> {
    const { list } = this.#options;
    if (this.#unsynced) await this.#sync();
    const removed = list.before(seq);
    const firstSeq = list.find(seq)?.segment.firstSeq;
    if (removed.length === 0 || firstSeq === undefined) return;
    const producers = await this.#producersIn(removed, firstSeq);
    const isRecorded = await this.#record(firstSeq, producers);
    this.#logStart = Math.max(this.#logStart, firstSeq);
    for (const segment of removed) await this.#remove(segment);
    // A full disk is no reason to keep what fills it: there is room for the checkpoint afterwards.
    if (!isRecorded) await this.#record(firstSeq, producers);
  }

  /** The producer snapshot that would be lost. */
  async #producersIn(removed: readonly Segment[], firstSeq: number): Promise<ProducerSnapshot | undefined> {
    const { fileSystem, list, checkpoint, keepsProducers } = this.#options;
    if (!keepsProducers || list.find(Infinity)?.segment.firstSeq !== firstSeq) return undefined;
    const newest = await newestProducerSnapshot(fileSystem, removed).catch((error: unknown) => {
      if (isShortage(error)) throw error;
      // Segments that cannot be read must not stay because of that.
      return undefined;
    });
    return newest ?? checkpoint.start.producers;
  }

  /** Resolves to false when there is no room for it. */
  async #record(firstSeq: number, producers: ProducerSnapshot | undefined): Promise<boolean> {
    const { checkpoint } = this.#options;
    try {
      await checkpoint.write({ firstSeq: Math.max(firstSeq, this.#logStart), producers });
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
      await removeIfPresent(fileSystem, segment.path);
    } catch (error) {
      // Later ones must not be removed before it.
      if (first) list.putBack(first);
      throw error;
    }
    this.#unsynced = true;
    // One by one: a later file must not be gone permanently while an older one comes back.
    await this.#sync();
    log({ kind: 'segment-dropped', file: segment.path });
  }

  async #sync(): Promise<void> {
    const { dir, fileSystem } = this.#options;
    await fileSystem.syncDir(dir);
    this.#unsynced = false;
  }
}
