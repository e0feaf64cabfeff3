import type { QueueError } from '@typed-queue/contracts';
import type { After, Frame } from '@typed-queue/contracts/wire';
import type { LogItem } from '../log/scan.js';
import type { JournalEvent } from './journal-event.js';
import type { Journal } from './journal.js';
import { LogReader } from './reading/log-reader.js';
import { NewestFrames } from './reading/newest-frames.js';
import type { SegmentSource } from './reading/segment-read.js';
import type { SegmentList, StoredSegment } from './segment/segment-list.js';
import type { StorageErrors } from './storage-errors.js';
import type { Batch, BatchWriter } from './writing/batch-writer.js';
import { GroupCommit, type Appending, type Flush } from './writing/group-commit.js';

export interface SegmentedJournalOptions {
  readonly cacheBytes: number;
  readonly defer: (run: () => void) => void;
  readonly probeMs: number;
  readonly after: After;
  readonly steadyNow: () => number;
  readonly onFrameBytes: (bytes: number) => void;
  readonly measured: (flush: Flush) => void;
  readonly log: (event: JournalEvent) => void;
}

/** What differs with the storage. */
export interface JournalStorage {
  readonly epoch: string;
  /** Where it is, for the operator. */
  readonly place: string;
  readonly list: SegmentList;
  readonly writer: BatchWriter & { readonly activeFirstSeq: number };
  /** See `GroupCommitOptions`. */
  readonly maxBatchBytes?: number | undefined;
  readonly segments: SegmentSource;
  readonly removal: {
    /** What is missing below this seq was removed on purpose. */
    readonly logStart: number;
    /** Called again only when the last call has settled. */
    dropBefore(seq: number): Promise<void>;
  };
  readonly errors: StorageErrors;
  /** What a failed read rejects with. */
  readonly unreadable: (segment: string, error: unknown) => Error;
  /** Has full storage room again? */
  readonly hasRoom: () => Promise<boolean>;
}

/** A journal of segments, wherever they are: its writer, reader, group commit and the removal of segments. */
export class SegmentedJournal implements Journal {
  readonly epoch: string;
  readonly #storage: JournalStorage;
  readonly #onFrameBytes: (bytes: number) => void;
  protected readonly commit: GroupCommit;
  readonly #newest: NewestFrames;
  readonly #reader: LogReader;
  readonly #onCommit: ((lastSeq: number) => void)[] = [];
  readonly #onFailedFrom: ((fromSeq: number) => void)[] = [];
  /** Settles with the last removal of segments; never rejects. */
  #removed: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(storage: JournalStorage, options: SegmentedJournalOptions) {
    const { writer, removal } = storage;
    this.epoch = storage.epoch;
    this.#storage = storage;
    this.#onFrameBytes = options.onFrameBytes;
    this.#newest = new NewestFrames(options.cacheBytes);
    this.commit = new GroupCommit({
      ...options,
      ...storage,
      committed: (batch) => this.#committed(batch),
      failedFrom: (fromSeq) => this.#onFailedFrom.forEach((listener) => listener(fromSeq)),
    });
    this.#reader = new LogReader({
      ...storage,
      log: options.log,
      newest: this.#newest,
      nextSeq: () => writer.nextSeq,
      logStart: () => removal.logStart,
    });
  }

  get firstSeq(): number {
    const { list, writer } = this.#storage;
    return list.first?.firstSeq ?? writer.nextSeq;
  }
  get lastSeq(): number {
    return this.#storage.writer.nextSeq - 1;
  }
  get nextSeq(): number {
    return this.commit.nextSeq;
  }
  get activeFirstSeq(): number {
    return this.#storage.writer.activeFirstSeq;
  }
  get bytes(): number {
    return this.#storage.list.bytes;
  }
  get segments(): readonly StoredSegment[] {
    const { list, writer } = this.#storage;
    return list.stored(writer.nextSeq);
  }
  get bytesWaiting(): number {
    return this.commit.bytesWaiting;
  }

  /** Makes sure that there is room, or a segment to write to. Call it once, first. */
  prepare(): Promise<void> {
    return this.commit.prepare();
  }

  append(frame: Frame): Appending {
    return this.commit.append(frame);
  }
  whenDurable(seq: number): Promise<void> {
    return this.commit.whenDurable(seq);
  }
  fault(): QueueError | undefined {
    return this.commit.fault();
  }
  onCommit(listener: (lastSeq: number) => void): void {
    this.#onCommit.push(listener);
  }
  onFailedFrom(listener: (fromSeq: number) => void): void {
    this.#onFailedFrom.push(listener);
  }
  roll(): Promise<void> {
    return this.commit.roll();
  }

  follow(next: () => number): () => void {
    return this.#newest.follow(next);
  }

  async read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    this.#mustBeOpen();
    return this.#reader.read(fromSeq, maxBytes);
  }

  async dropBefore(seq: number): Promise<void> {
    this.#mustBeOpen();
    const removing = this.#removed.then(() => this.#storage.removal.dropBefore(seq));
    this.#removed = removing.catch(() => undefined);
    await removing;
    this.#newest.dropBefore(this.firstSeq);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.end());
  }

  /** Once, by `close`. */
  protected async end(): Promise<void> {
    await this.commit.close();
    await this.#removed;
  }

  #mustBeOpen(): void {
    if (this.#closing) throw this.#storage.errors.closed();
  }

  #committed(batch: Batch): void {
    this.#newest.add(batch.frames);
    for (const listener of this.#onCommit) listener(batch.nextSeq - 1);
    this.#onFrameBytes(batch.bytes);
  }
}
