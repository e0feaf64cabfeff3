import { QueueError } from '@typed-queue/contracts';
import { isShortage, type FileSystem } from './file-system.js';
import type { JournalContent } from './journal-content.js';
import type { RecentReads } from './reading/recent-reads.js';
import { SegmentFiles } from './reading/segment-files.js';
import type { OpenedLog } from './recovery/open-log.js';
import { logStartFile, type LogStartCheckpoint } from './segment/log-start-checkpoint.js';
import { segmentName } from './segment/segment-header.js';
import { SegmentedJournal, type SegmentedJournalOptions } from './segmented-journal.js';
import { folderErrors, storageUnavailable, unreadable, unremovable } from './storage-errors.js';
import { LogWriter, type WriterOptions } from './writing/log-writer.js';
import { SegmentRemoval } from './writing/segment-removal.js';
import { hasRoom } from './writing/space-probe.js';

export interface FileJournalOptions extends WriterOptions, SegmentedJournalOptions {
  readonly fileSystem: FileSystem;
  readonly recentReads: RecentReads;
}

const PROBE_BYTES = 1024 * 1024;

/** The journal of an opened folder. */
export class FileJournal extends SegmentedJournal {
  readonly #dir: string;
  readonly #writer: LogWriter;
  readonly #files: SegmentFiles;
  readonly #removal: SegmentRemoval;
  readonly #checkpoint: LogStartCheckpoint;

  constructor(options: FileJournalOptions, { state, logStart }: OpenedLog) {
    const { dir } = options;
    const { list, epoch } = state;
    const writer = new LogWriter(options, state);
    const segments = new SegmentFiles({ ...options, list, writer });
    const removal = new SegmentRemoval({
      ...options,
      list,
      checkpoint: logStart,
      keepsProducers: options.dedup !== undefined,
      dropped: (segment) => segments.forget(segment),
    });
    super({ ...folderStorage(options), epoch, list, writer, segments, removal }, options);
    this.#dir = dir;
    this.#writer = writer;
    this.#files = segments;
    this.#removal = removal;
    this.#checkpoint = logStart;
  }

  /** What is durable now, as files. */
  content(): JournalContent {
    const { logStart: firstSeq } = this.#removal;
    return {
      dir: this.#dir,
      segments: this.segments.map((segment) => ({
        name: segmentName(segment.firstSeq),
        bytes: segment.bytes,
      })),
      logStart:
        firstSeq === 1 ? undefined : logStartFile(this.epoch, { ...this.#checkpoint.start, firstSeq }),
    };
  }

  override async dropBefore(seq: number): Promise<void> {
    try {
      await super.dropBefore(seq);
    } catch (error) {
      throw removalFailure(this.#dir, error);
    }
  }

  protected override async end(): Promise<void> {
    await super.end();
    await this.#files.close();
    await this.#writer.close();
  }
}

const folderStorage = ({ dir, fileSystem, segmentBytes }: FileJournalOptions) => ({
  place: dir,
  errors: folderErrors(dir),
  unreadable: (path: string, error: unknown) => readFailure(dir, path, error),
  hasRoom: () => hasRoom(fileSystem, dir, Math.min(PROBE_BYTES, segmentBytes)),
});

const removalFailure = (dir: string, error: unknown): Error => {
  if (error instanceof QueueError) return error;
  return isShortage(error) ? storageUnavailable(dir, error) : unremovable(dir, error);
};

const readFailure = (dir: string, path: string, error: unknown): Error => {
  if (error instanceof QueueError) return error;
  return isShortage(error) ? storageUnavailable(dir, error) : unreadable(path, error);
};
