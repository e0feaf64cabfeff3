import type { After } from '@typed-queue/contracts/wire';
import type { JournalOptions } from '../journal/journal.js';
import { completeOptions } from '../remote/journal-defaults.js';
import { claimJournal } from './claimed-journal.js';
import { restoreDedup } from './dedup-restore.js';
import { journalErrors } from './journal-errors.js';
import { NatsJournal, segmentsOf } from './nats-journal.js';
import { RECORD_HEADER_BYTES } from './record.js';
import { RecordStream } from './record-stream.js';
import type { JournalSource } from './stored-journal.js';
import { StoreRequests } from './store-requests.js';
import type { StreamStore } from './stream-store.js';
import { Suspension } from './suspension.js';

const MAX_RECORD_BYTES = 1024 * 1024;
/** What a publish has beside the record: the sequence that it expects. */
const PUBLISH_BYTES = 512;

/** What is asked of the store for one journal. */
export const journalSource = (store: StreamStore, name: string, after: After): JournalSource => ({
  name,
  stream: new RecordStream(store, name),
  requests: new StoreRequests(store, after),
  recordBytes: Math.min(store.maxPayload, MAX_RECORD_BYTES) - PUBLISH_BYTES - RECORD_HEADER_BYTES,
});

/**
 * Opens a journal in JetStream, or creates one. It opens when JetStream has no room, too.
 * @throws QueueError `journal_unsupported`, `storage_unavailable`, `storage_failed`
 */
export const openNatsJournal = async (
  store: StreamStore,
  name: string,
  options: JournalOptions,
): Promise<NatsJournal> => {
  const { dedup } = options;
  const complete = completeOptions(options);
  const source = journalSource(store, name, complete.after);
  const suspension = new Suspension(store, name);
  try {
    const claimed = await claimJournal(source, { ...complete, answering: suspension });
    if (claimed.loss !== undefined) complete.log(claimed.loss);
    const all = { ...complete, ...source, store, suspension, claimed };
    if (dedup !== undefined) await restoreDedup({ ...source, ...claimed, dedup, segments: segmentsOf(all) });
    const journal = new NatsJournal(all);
    await journal.prepare();
    return journal;
  } catch (error) {
    throw journalErrors(name).failed(error);
  }
};
