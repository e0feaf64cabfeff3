import type { QueueError } from '@typed-queue/contracts';
import type { After, Frame } from '@typed-queue/contracts/wire';
import type { LogItem } from '../log/scan.js';
import type { DedupState } from './dedup-state.js';
import type { RecentReads } from './reading/recent-reads.js';
import type { Appending, Flush } from './writing/group-commit.js';
import type { JournalEvent } from './journal-event.js';
import type { StoredSegment } from './segment/segment-list.js';

/** What every journal takes, wherever it is stored. */
export interface JournalOptions {
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** The id of a new log, in at most 47 bytes. @default a UUID */
  readonly newEpoch?: () => string;
  /** A segment is sealed before it grows beyond this. @default 64 MiB */
  readonly segmentBytes?: number;
  /** Milliseconds of a monotonic clock, to measure the storage. @default performance.now */
  readonly steadyNow?: () => number;
  /** How many bytes of the newest frames are kept in memory at most, for readers that follow the log. @default 8 MiB */
  readonly cacheBytes?: number;
  /** Keeps what was read from the storage last; journals may share it. @default nothing is kept */
  readonly recentReads?: RecentReads;
  /** Starts a batch: what is appended until it runs is written together. @default setImmediate */
  readonly defer?: (run: () => void) => void;
  /** How often full storage is probed for room. @default 1000 */
  readonly probeMs?: number;
  /** Default: `unrefAfter`. */
  readonly after?: After;
  /** Restored while the log is opened, and stored with each segment that is sealed. */
  readonly dedup?: DedupState;
  /** Called with the size of frames that came into memory: appended, or read from the storage. */
  readonly onFrameBytes?: (bytes: number) => void;
  readonly log?: (event: JournalEvent) => void;
  /** Called after each batch with how long writing and flushing it took, by `steadyNow`. */
  readonly measured?: (flush: Flush) => void;
}

/** An append-only, checksummed log of frames. Seqs begin with 1 and are consecutive. */
export interface Journal {
  readonly epoch: string;
  /** The oldest seq that is kept. */
  readonly firstSeq: number;
  /** The newest seq that is durable; `firstSeq - 1` when there is none. */
  readonly lastSeq: number;
  /** The seq that the next appended message gets. */
  readonly nextSeq: number;
  /** The first seq of the active segment. */
  readonly activeFirstSeq: number;
  /** What its segments take of the storage. */
  readonly bytes: number;
  /** Its segments, the oldest first. Only the last may grow, and it is never dropped. */
  readonly segments: readonly StoredSegment[];
  /** The bytes of all frames that are not durable yet. */
  readonly bytesWaiting: number;

  /**
   * Assigns seqs to a frame at once, in the order of the calls, and stamps it just before it is written: its bytes
   * belong to the journal from now on. `durable` resolves when it is stored; it rejects with `storage_full`,
   * `storage_unavailable`, `storage_failed` (then its seqs are assigned again) or `closed`.
   */
  append(frame: Frame): Appending;
  /** Resolves when a seq that was assigned is durable, rejects when its append failed. */
  whenDurable(seq: number): Promise<void>;
  /**
   * Durable frames from a seq on, whole as they were appended: the first may begin before it. About `maxBytes` of
   * them, but at least one; none at the head. Frames that are damaged or missing leave a gap in their place.
   * What was before the oldest that is kept is a gap: `retention` when it was dropped, else `damage`.
   * @throws QueueError `storage_failed`, `storage_unavailable`, `journal_unsupported`, `closed`
   */
  read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]>;
  /** See `Log.follow`. */
  follow(next: () => number): () => void;
  /** Why appends are refused at the moment; undefined when they are not. */
  fault(): QueueError | undefined;
  /** Called after each batch, before its appends resolve, in the same turn as `lastSeq` grows. */
  onCommit(listener: (lastSeq: number) => void): void;
  /** Called when appends failed, before they reject: their seqs, from this one on, will be assigned again. */
  onFailedFrom(listener: (fromSeq: number) => void): void;
  /** Seals the active segment and starts a new one, unless it is empty. */
  roll(): Promise<void>;
  /**
   * Removes the segments, but the last, that hold only smaller seqs. The log records, across restarts, that they are
   * missing on purpose.
   */
  dropBefore(seq: number): Promise<void>;
  /** Makes the waiting frames durable, then closes. */
  close(): Promise<void>;
}
