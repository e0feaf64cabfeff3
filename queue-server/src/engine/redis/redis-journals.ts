import type { Journal, JournalOptions } from '../journal/journal.js';
import type { JournalId, JournalStore } from '../journaled/journal-store.js';
import { journalName } from '../remote/journal-name.js';
import { watched, type JournalWatching } from '../remote/journal-watching.js';
import { openRedisJournal } from './open-redis-journal.js';
import type { OwnedStore } from './owned-store.js';

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
    const name = journalName(id);
    return openRedisJournal(this.#store, name, { ...own, ...watched(this.#watching, name) });
  }

  async has(id: JournalId): Promise<boolean> {
    const { hash } = this.#store.keys.journal(journalName(id));
    return (await this.#store.repeat(() => this.#store.call('EXISTS', [hash]))) === 1;
  }
}
