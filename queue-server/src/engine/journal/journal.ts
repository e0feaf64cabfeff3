import type { QueueError } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import type { LogItem } from './reading/log-item.js';
import type { DerivedState } from './derived-state.js';
import type { FileSystem } from './file-system.js';
import type { Appending } from './writing/group-commit.js';
import type { JournalEvent } from './journal-event.js';
import type { StoredSegment } from './segment/segment-list.js';

export interface JournalOptions {
  /** The folder of the log. It is made when it is missing; nobody else may write to it. */
  readonly dir: string;
  /** @default the machine's */
  readonly fileSystem?: FileSystem;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Names the life of a new log, in at most 47 bytes. @default a UUID */
  readonly newEpoch?: () => string;
  /** A segment is sealed before it grows beyond this. @default 64 MiB */
  readonly segmentBytes?: number;
  /**
   * Groups of at most this many bytes are written and flushed in one call on the loop, which saves them the way
   * through the thread pool; larger ones are flushed off the loop. 0: none. @default 16 KiB
   */
  readonly inlineBytes?: number;
  /** How many bytes of the newest frames are kept in memory for readers. @default 8 MiB */
  readonly cacheBytes?: number;
  /** Begins a group: what is appended until it runs is written together. @default setImmediate */
  readonly defer?: (run: () => void) => void;
  /** How often a full disk is probed for room. @default 1000 */
  readonly probeMs?: number;
  /** Runs something once, later, without keeping the process alive; returns how to cancel it. @default setTimeout */
  readonly timer?: (run: () => void, ms: number) => () => void;
  /** Restored while the log is opened, and kept in the seals. */
  readonly derived?: DerivedState;
  readonly log?: (event: JournalEvent) => void;
}

/** An append-only, checksummed log of frames in files. Seqs begin with 1 and are consecutive. */
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
  /** What its segments take on the disk. */
  readonly bytes: number;
  /** Its segments, the oldest first. Only the last may grow, and it is never dropped. */
  readonly segments: readonly StoredSegment[];
  /** The bytes of all frames that are not durable yet. */
  readonly bytesWaiting: number;

  /**
   * Gives a frame its seqs at once and in the order of the calls, and stamps it, just before it is written: its
   * bytes belong to the journal from now on. `durable` resolves when it is on the disk; it rejects with
   * `storage_full`, `storage_unavailable`, `storage_failed` (then its seqs are given out again) or `closed`.
   */
  append(frame: Frame): Appending;
  /** Resolves when a seq that was given out is durable, rejects when its append failed. */
  whenDurable(seq: number): Promise<void>;
  /**
   * Durable frames from a seq on, whole as they were appended: the first may begin before it. About `maxBytes` of
   * them, but at least one; none at the head. Frames that are damaged or missing leave a gap in their place.
   * What stood before the oldest that is kept is a gap: `retention` when it was dropped, else `damage`.
   * @throws QueueError `storage_failed`, `storage_unavailable`, `journal_unsupported`, `closed`
   */
  read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]>;
  /** Why appends are refused at the moment; undefined when they are not. */
  trouble(): QueueError | undefined;
  /** Called after each group, before its receipts, in the same turn as `lastSeq` grows. */
  onCommit(listener: (lastSeq: number) => void): void;
  /** Called when appends failed, before they reject: their seqs, from this one on, will be given out anew. */
  onLost(listener: (fromSeq: number) => void): void;
  /** Seals the active segment and starts a new one, unless it is empty. */
  roll(): Promise<void>;
  /**
   * Removes the segments, but the last, that hold only smaller seqs. It is known from then on, also after restarts,
   * that they are missing on purpose.
   */
  dropBefore(seq: number): Promise<void>;
  /** Makes durable what waits, then closes the files. */
  close(): Promise<void>;
}
