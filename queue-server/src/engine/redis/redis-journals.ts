import type { Journal, JournalOptions } from '../journal/journal.js';
import type { JournalEvent } from '../journal/journal-event.js';
import type { Flush } from '../journal/writing/group-commit.js';
import type { JournalId, JournalStore } from '../journaled/journal-store.js';
import { openRedisJournal } from './open-redis-journal.js';
import type { OwnedStore } from './owned-store.js';
import { journalName } from './redis-keys.js';

/** What is said of journals. */
export interface JournalWatching {
  /** Called with what a journal found or did, and its name. */
  readonly log?: (event: JournalEvent, journal: string) => void;
  /** Called with the size of frames that came into memory: appended, or read. */
  readonly onFrameBytes?: (bytes: number) => void;
  /** Called with each batch that a journal stored, and its name. */
  readonly measured?: (flush: Flush, journal: string) => void;
}

/** The journals of a store in Redis. */
export class RedisJournals implements JournalStore {
  /** Redis has all of its data in the same files, and loads all of them or none. */
  readonly keepsCopies = false;
  readonly #store: OwnedStore;
  readonly #watching: JournalWatching;

  constructor(store: OwnedStore, watching: JournalWatching) {
    this.#store = store;
    this.#watching = watching;
  }

  open(id: JournalId, own: JournalOptions): Promise<Journal> {
    const { log, onFrameBytes, measured } = this.#watching;
    const name = journalName(id);
    return openRedisJournal(this.#store, name, {
      ...own,
      ...(onFrameBytes === undefined ? {} : { onFrameBytes }),
      ...(log === undefined ? {} : { log: (event) => log(event, name) }),
      ...(measured === undefined ? {} : { measured: (flush) => measured(flush, name) }),
    });
  }

  async has(id: JournalId): Promise<boolean> {
    const { hash } = this.#store.keys.journal(journalName(id));
    return (await this.#store.repeat(() => this.#store.call('EXISTS', [hash]))) === 1;
  }
}
