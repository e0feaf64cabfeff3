import type { JournalOptions } from '../journal/journal.js';
import type { JournalEvent } from '../journal/journal-event.js';
import type { Flush } from '../journal/writing/group-commit.js';

/** What is said of journals. */
export interface JournalWatching {
  /** Called with what a journal found or did, and its name. */
  readonly log?: (event: JournalEvent, journal: string) => void;
  /** Called with the size of frames that came into memory: appended, or read. */
  readonly onFrameBytes?: (bytes: number) => void;
  /** Called with each batch that a journal stored, and its name. */
  readonly measured?: (flush: Flush, journal: string) => void;
}

/** For one journal. */
export const watched = (
  { log, onFrameBytes, measured }: JournalWatching,
  name: string,
): Pick<JournalOptions, keyof JournalWatching> => ({
  ...(onFrameBytes === undefined ? {} : { onFrameBytes }),
  ...(log === undefined ? {} : { log: (event) => log(event, name) }),
  ...(measured === undefined ? {} : { measured: (flush) => measured(flush, name) }),
});
