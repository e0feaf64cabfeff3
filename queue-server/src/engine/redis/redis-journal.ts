import type { QueueError } from '@typed-queue/contracts';
import type { After, Frame } from '@typed-queue/contracts/wire';
import type { Journal } from '../journal/journal.js';
import { AheadReader } from '../journal/reading/ahead-reader.js';
import { LogReader } from '../journal/reading/log-reader.js';
import { NewestFrames } from '../journal/reading/newest-frames.js';
import type { RecentReads } from '../journal/reading/recent-reads.js';
import type { SegmentList, StoredSegment } from '../journal/segment/segment-list.js';
import type { Batch } from '../journal/writing/batch-writer.js';
import { GroupCommit, type Appending, type Flush } from '../journal/writing/group-commit.js';
import type { LogItem } from '../log/scan.js';
import { PROBE } from './journal-scripts.js';
import { redisErrors, unreadableJournal } from './redis-errors.js';
import { RedisSegments } from './redis-segments.js';
import { RedisWriter, type JournalEnd, type RedisWriterOptions } from './redis-writer.js';
import { SegmentDropping } from './segment-dropping.js';

export interface RedisJournalOptions extends RedisWriterOptions {
  readonly name: string;
  readonly cacheBytes: number;
  readonly recentReads: RecentReads;
  readonly defer: (run: () => void) => void;
  readonly probeMs: number;
  readonly after: After;
  readonly steadyNow: () => number;
  readonly onFrameBytes: (bytes: number) => void;
  readonly measured: (flush: Flush) => void;
}

/** A journal as it was opened. */
export interface OpenedJournal extends JournalEnd {
  readonly epoch: string;
  readonly list: SegmentList;
  /** What is missing below this seq was dropped. */
  readonly logStart: number;
}

/** A journal in Redis. */
export class RedisJournal implements Journal {
  readonly epoch: string;
  readonly #options: RedisJournalOptions;
  readonly #list: SegmentList;
  readonly #writer: RedisWriter;
  readonly #commit: GroupCommit;
  readonly #newest: NewestFrames;
  readonly #reader: LogReader;
  readonly #dropping: SegmentDropping;
  readonly #onCommit: ((lastSeq: number) => void)[] = [];
  readonly #onFailedFrom: ((fromSeq: number) => void)[] = [];
  readonly #unlisten: () => void;
  #closing: Promise<void> | undefined;

  constructor(options: RedisJournalOptions, opened: OpenedJournal) {
    this.epoch = opened.epoch;
    this.#options = options;
    this.#list = opened.list;
    this.#writer = new RedisWriter(options, opened);
    this.#commit = this.#groupCommit();
    this.#newest = new NewestFrames(options.cacheBytes);
    this.#dropping = new SegmentDropping(options, opened.logStart);
    this.#reader = this.#logReader();
    this.#unlisten = options.store.listen({
      down: (error) => this.#commit.suspend(error),
      up: () => this.#commit.resume(),
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

  /** Finds out whether there is room. Call it once, first. */
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
    this.#mustBeOpen();
    return this.#reader.read(fromSeq, maxBytes);
  }

  async dropBefore(seq: number): Promise<void> {
    this.#mustBeOpen();
    await this.#dropping.dropBefore(seq);
    this.#newest.dropBefore(this.firstSeq);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#options.store.closing();
    await this.#commit.close();
    await this.#dropping.settled();
    this.#unlisten();
  }

  #mustBeOpen(): void {
    if (this.#closing) throw redisErrors(this.#options.name).closed();
  }

  #logReader(): LogReader {
    const { name, log, recentReads, onFrameBytes, store } = this.#options;
    return new LogReader({
      place: name,
      log,
      list: this.#list,
      nextSeq: () => this.#writer.nextSeq,
      newest: this.#newest,
      segments: new AheadReader(new RedisSegments(store, log), recentReads, onFrameBytes),
      logStart: () => this.#dropping.logStart,
      unreadable: (_segment, error) => unreadableJournal(name, error),
    });
  }

  #groupCommit(): GroupCommit {
    const { name, store } = this.#options;
    const hasRoom = (): Promise<boolean> =>
      store.write(PROBE, [], []).then(
        () => true,
        () => false,
      );
    return new GroupCommit({
      ...this.#options,
      writer: this.#writer,
      errors: redisErrors(name),
      committed: (batch) => this.#committed(batch),
      failedFrom: (fromSeq) => this.#onFailedFrom.forEach((listener) => listener(fromSeq)),
      hasRoom,
    });
  }

  #committed(batch: Batch): void {
    this.#newest.add(batch.frames);
    for (const listener of this.#onCommit) listener(batch.nextSeq - 1);
    this.#options.onFrameBytes(batch.bytes);
  }
}
