import { QueueError } from '@typed-queue/contracts';
import type { After, Frame } from '@typed-queue/contracts/wire';
import type { LogItem } from '../log/scan.js';
import { isShortage, type FileSystem } from './file-system.js';
import type { Batch } from './writing/batch-writer.js';
import { GroupCommit, type Appending, type Flush } from './writing/group-commit.js';
import type { JournalContent } from './journal-content.js';
import type { Journal } from './journal.js';
import { LogReader } from './reading/log-reader.js';
import { NewestFrames } from './reading/newest-frames.js';
import type { RecentReads } from './reading/recent-reads.js';
import { SegmentFiles } from './reading/segment-files.js';
import { LogWriter, type WriterOptions } from './writing/log-writer.js';
import type { OpenedLog } from './recovery/open-log.js';
import { logStartFile, type LogStartCheckpoint } from './segment/log-start-checkpoint.js';
import { segmentName } from './segment/segment-header.js';
import { SegmentRemoval } from './writing/segment-removal.js';
import type { SegmentList, StoredSegment } from './segment/segment-list.js';
import { hasRoom } from './writing/space-probe.js';
import {
  folderErrors,
  journalClosed,
  storageUnavailable,
  unreadable,
  unremovable,
} from './storage-errors.js';

export interface FileJournalOptions extends WriterOptions {
  readonly fileSystem: FileSystem;
  readonly cacheBytes: number;
  readonly recentReads: RecentReads;
  readonly defer: (run: () => void) => void;
  readonly probeMs: number;
  readonly after: After;
  readonly onFrameBytes: (bytes: number) => void;
  readonly measured: (flush: Flush) => void;
}

const PROBE_BYTES = 1024 * 1024;

/** The journal of an opened folder: its writer, reader, group commit and segment removal. */
export class FileJournal implements Journal {
  readonly epoch: string;
  readonly #options: FileJournalOptions;
  readonly #list: SegmentList;
  readonly #writer: LogWriter;
  readonly #commit: GroupCommit;
  readonly #newest: NewestFrames;
  readonly #files: SegmentFiles;
  readonly #reader: LogReader;
  readonly #removal: SegmentRemoval;
  readonly #checkpoint: LogStartCheckpoint;
  readonly #onCommit: ((lastSeq: number) => void)[] = [];
  readonly #onFailedFrom: ((fromSeq: number) => void)[] = [];
  #closing: Promise<void> | undefined;

  constructor(options: FileJournalOptions, { state, logStart }: OpenedLog) {
    const { list } = state;
    this.epoch = state.epoch;
    this.#options = options;
    this.#list = list;
    this.#checkpoint = logStart;
    this.#writer = new LogWriter(options, state);
    this.#commit = this.#groupCommit();
    this.#newest = new NewestFrames(options.cacheBytes);
    this.#files = new SegmentFiles({ ...options, list, writer: this.#writer });
    this.#reader = this.#logReader();
    this.#removal = new SegmentRemoval({
      ...options,
      list,
      checkpoint: logStart,
      keepsProducers: options.dedup !== undefined,
      dropped: (segment) => this.#files.forget(segment),
    });
  }

  get firstSeq(): number {
    return this.#list.first?.firstSeq ?? this.#writer.nextSeq;
  }
  get lastSeq(): number {
    return this.#writer.nextSeq - 1;
  }
  get nextSeq(): number {
    return this.#commit.nextSeq;
  }
  get activeFirstSeq(): number {
    return this.#writer.activeFirstSeq;
  }
  get bytes(): number {
    return this.#list.bytes;
  }
  get segments(): readonly StoredSegment[] {
    return this.#list.stored(this.#writer.nextSeq);
  }
  get bytesWaiting(): number {
    return this.#commit.bytesWaiting;
  }

  /** Makes sure that there is a segment to write to. Call it once, first. */
  prepare(): Promise<void> {
    return this.#commit.prepare();
  }

  append(frame: Frame): Appending {
    return this.#commit.append(frame);
  }
  whenDurable(seq: number): Promise<void> {
    return this.#commit.whenDurable(seq);
  }
  fault(): QueueError | undefined {
    return this.#commit.fault();
  }
  onCommit(listener: (lastSeq: number) => void): void {
    this.#onCommit.push(listener);
  }
  onFailedFrom(listener: (fromSeq: number) => void): void {
    this.#onFailedFrom.push(listener);
  }
  roll(): Promise<void> {
    return this.#commit.roll();
  }

  follow(next: () => number): () => void {
    return this.#newest.follow(next);
  }

  async read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    if (this.#closing) throw journalClosed(this.#options.dir);
    return this.#reader.read(fromSeq, maxBytes);
  }

  /** What is durable now, as files. */
  content(): JournalContent {
    const { logStart: firstSeq } = this.#removal;
    return {
      dir: this.#options.dir,
      segments: this.segments.map((segment) => ({
        name: segmentName(segment.firstSeq),
        bytes: segment.bytes,
      })),
      logStart:
        firstSeq === 1 ? undefined : logStartFile(this.epoch, { ...this.#checkpoint.start, firstSeq }),
    };
  }

  async dropBefore(seq: number): Promise<void> {
    if (this.#closing) throw journalClosed(this.#options.dir);
    try {
      await this.#removal.dropBefore(seq);
      this.#newest.dropBefore(this.firstSeq);
    } catch (error) {
      const { dir } = this.#options;
      throw isShortage(error) ? storageUnavailable(dir, error) : unremovable(dir, error);
    }
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#commit.close();
    await this.#removal.settled();
    await this.#files.close();
    await this.#writer.close();
  }

  #logReader(): LogReader {
    const { dir, log } = this.#options;
    return new LogReader({
      place: dir,
      log,
      list: this.#list,
      nextSeq: () => this.#writer.nextSeq,
      newest: this.#newest,
      segments: this.#files,
      logStart: () => this.#removal.logStart,
      unreadable: (path, error) => readFailure(dir, path, error),
    });
  }

  #groupCommit(): GroupCommit {
    const { dir, fileSystem, segmentBytes } = this.#options;
    const bytes = Math.min(PROBE_BYTES, segmentBytes);
    const committed = (batch: Batch): void => this.#committed(batch);
    const failedFrom = (fromSeq: number): void => this.#onFailedFrom.forEach((listener) => listener(fromSeq));
    return new GroupCommit({
      ...this.#options,
      writer: this.#writer,
      errors: folderErrors(dir),
      committed,
      failedFrom,
      hasRoom: () => hasRoom(fileSystem, dir, bytes),
    });
  }

  #committed(batch: Batch): void {
    this.#newest.add(batch.frames);
    for (const listener of this.#onCommit) listener(batch.nextSeq - 1);
    this.#options.onFrameBytes(batch.bytes);
  }
}

const readFailure = (dir: string, path: string, error: unknown): Error => {
  if (error instanceof QueueError) return error;
  return isShortage(error) ? storageUnavailable(dir, error) : unreadable(path, error);
};
