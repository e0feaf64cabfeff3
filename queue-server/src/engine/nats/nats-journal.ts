import { AheadReader } from '../journal/reading/ahead-reader.js';
import type { RecentReads } from '../journal/reading/recent-reads.js';
import { SegmentedJournal, type SegmentedJournalOptions } from '../journal/segmented-journal.js';
import type { ClaimedJournal } from './claimed-journal.js';
import { journalErrors, unreadableJournal } from './journal-errors.js';
import { NatsSegments } from './nats-segments.js';
import { NatsWriter, type NatsWriterOptions } from './nats-writer.js';
import type { JournalSource } from './stored-journal.js';
import { natsDropping } from './segment-dropping.js';
import type { StreamStore } from './stream-store.js';
import type { Suspension } from './suspension.js';

export interface NatsJournalOptions
  extends JournalSource, SegmentedJournalOptions, Pick<NatsWriterOptions, 'segmentBytes' | 'now' | 'dedup'> {
  readonly store: StreamStore;
  readonly suspension: Suspension;
  readonly claimed: ClaimedJournal;
  readonly recentReads: RecentReads;
}

/** A journal in JetStream. */
export class NatsJournal extends SegmentedJournal {
  readonly #store: StreamStore;
  readonly #suspension: Suspension;

  constructor(options: NatsJournalOptions) {
    const { name, store, recentReads, onFrameBytes, claimed, suspension, recordBytes } = options;
    const writer = new NatsWriter({ ...options, ...claimed }, claimed);
    const storage = {
      ...claimed,
      place: name,
      errors: journalErrors(name),
      writer,
      maxBatchBytes: recordBytes,
      segments: new AheadReader(segmentsOf(options), recentReads, onFrameBytes),
      removal: natsDropping({ ...options, ...claimed }, claimed.logStart),
      unreadable: (_segment: string, error: unknown) => unreadableJournal(name, error),
      hasRoom: () => writer.hasRoom(),
    };
    super(storage, options);
    this.#store = store;
    this.#suspension = suspension;
    suspension.begin(this.commit);
  }

  protected override async end(): Promise<void> {
    this.#store.closing();
    await super.end();
    this.#suspension.end();
  }
}

/** What reads the segments of a journal that is claimed. */
export const segmentsOf = (
  options: Pick<NatsJournalOptions, 'name' | 'stream' | 'requests' | 'claimed' | 'log'>,
): NatsSegments => {
  const { claimed } = options;
  return new NatsSegments({ ...options, ...claimed, end: () => claimed.appender.position + 1 });
};
