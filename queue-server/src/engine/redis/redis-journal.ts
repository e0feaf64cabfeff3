import { AheadReader } from '../journal/reading/ahead-reader.js';
import type { RecentReads } from '../journal/reading/recent-reads.js';
import type { SegmentList } from '../journal/segment/segment-list.js';
import { SegmentedJournal, type SegmentedJournalOptions } from '../journal/segmented-journal.js';
import { PROBE } from './journal-scripts.js';
import type { OwnedStore } from './owned-store.js';
import { redisErrors, unreadableJournal } from './redis-errors.js';
import { RedisSegments } from './redis-segments.js';
import { RedisWriter, type JournalEnd, type RedisWriterOptions } from './redis-writer.js';
import { redisDropping } from './segment-dropping.js';

export interface RedisJournalOptions extends RedisWriterOptions, SegmentedJournalOptions {
  readonly name: string;
  readonly recentReads: RecentReads;
}

/** A journal as it was opened. */
export interface OpenedJournal extends JournalEnd {
  readonly epoch: string;
  readonly list: SegmentList;
  /** What is missing below this seq was dropped. */
  readonly logStart: number;
}

/** A journal in Redis. */
export class RedisJournal extends SegmentedJournal {
  readonly #store: OwnedStore;
  readonly #unlisten: () => void;

  constructor(options: RedisJournalOptions, opened: OpenedJournal) {
    const { name, store, log, recentReads, onFrameBytes } = options;
    const storage = {
      epoch: opened.epoch,
      list: opened.list,
      place: name,
      errors: redisErrors(name),
      writer: new RedisWriter(options, opened),
      segments: new AheadReader(new RedisSegments(store, opened.list, log), recentReads, onFrameBytes),
      removal: redisDropping(options, opened.logStart),
      unreadable: (_segment: string, error: unknown) => unreadableJournal(name, error),
      hasRoom: () => hasRoom(store),
    };
    super(storage, options);
    this.#store = store;
    this.#unlisten = store.listen({
      down: (error) => this.commit.suspend(error),
      up: () => this.commit.resume(),
    });
  }

  protected override async end(): Promise<void> {
    this.#store.closing();
    await super.end();
    this.#unlisten();
  }
}

const hasRoom = (store: OwnedStore): Promise<boolean> =>
  store.write(PROBE, [], []).then(
    () => true,
    () => false,
  );
