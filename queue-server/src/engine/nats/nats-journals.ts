import { unrefAfter } from '@typed-queue/program';
import type { Journal, JournalOptions } from '../journal/journal.js';
import type { JournalId, JournalStore } from '../journaled/journal-store.js';
import { journalName } from '../remote/journal-name.js';
import { watched, type JournalWatching } from '../remote/journal-watching.js';
import { failureOf } from './failure.js';
import { StreamNames } from './nats-names.js';
import { openNatsJournal } from './open-nats-journal.js';
import { patiently } from './patience.js';
import type { StreamStore } from './stream-store.js';

/** The journals of a store in JetStream. */
export class NatsJournals implements JournalStore {
  /** Where JetStream keeps replicas, those of all streams are on the same machines. */
  readonly keepsCopies = false;
  /** Who takes over reads them record by record. */
  readonly snapshotBytes = 1024 * 1024;
  readonly #store: StreamStore;
  readonly #watching: JournalWatching;

  constructor(store: StreamStore, watching: JournalWatching) {
    this.#store = store;
    this.#watching = watching;
  }

  open(id: JournalId, own: JournalOptions): Promise<Journal> {
    const name = journalName(id);
    return openNatsJournal(this.#store, name, { ...own, ...watched(this.#watching, name) });
  }

  /** Asks for the one stream: an account may have thousands. */
  async has(id: JournalId): Promise<boolean> {
    const { jsm, prefix } = this.#store;
    const { stream } = new StreamNames(prefix, journalName(id));
    try {
      await patiently(() => jsm.streams.info(stream), unrefAfter);
      return true;
    } catch (error) {
      if (failureOf(error) === 'missing') return false;
      throw error;
    }
  }
}
