import type { JournalOptions } from '../journal/journal.js';
import { completeOptions } from '../remote/journal-defaults.js';
import { SegmentList, type ListedSegment } from '../journal/segment/segment-list.js';
import { fieldsOf } from './answer.js';
import { restoreDedup } from './dedup-restore.js';
import { OPEN } from './journal-scripts.js';
import type { OwnedStore } from './owned-store.js';
import { StoreLost } from '../remote/store-lost.js';
import { unsupportedJournal } from './redis-errors.js';
import { RedisJournal, type OpenedJournal } from './redis-journal.js';
import type { JournalKeys } from './redis-keys.js';

const VERSION = '1';

/**
 * Opens a journal in Redis, or creates one. It opens when the memory of Redis is full, too.
 * @throws QueueError `journal_unsupported`, `storage_unavailable`, `storage_failed`
 */
export const openRedisJournal = async (
  store: OwnedStore,
  name: string,
  options: JournalOptions,
): Promise<RedisJournal> => {
  const complete = completeOptions(options);
  const keys = store.keys.journal(name);
  const fields = await readFields(store, name, [complete.newEpoch(), complete.now()]);
  const version = fields.get('version') ?? '';
  if (version !== VERSION) throw unsupportedJournal(name, version);
  const opened = openedOf(keys, fields);
  if (options.dedup !== undefined) await restoreDedup({ store, keys, fields, opened, dedup: options.dedup });
  const journal = new RedisJournal({ ...complete, store, name, keys, list: opened.list }, opened);
  await journal.prepare();
  return journal;
};

const readFields = async (
  store: OwnedStore,
  name: string,
  [epoch, now]: readonly [string, number],
): Promise<ReadonlyMap<string, string>> => {
  const keys = [store.keys.journal(name).hash, store.keys.journals];
  const written = await store.repeat(() => store.write(OPEN, keys, [epoch, now, name]));
  if (written.kind !== 'ok') throw new StoreLost(`${name} in Redis cannot be read.`);
  return fieldsOf(written.rest[0]);
};

const openedOf = (keys: JournalKeys, fields: ReadonlyMap<string, string>): OpenedJournal => {
  const numberOf = (field: string): number => Number(fields.get(field) ?? 0);
  const sealed = [...fields].flatMap(([field, value]) => sealedSegment(keys, field, value) ?? []);
  const firstSeq = numberOf('active');
  const active = {
    segment: { firstSeq, path: keys.frames(firstSeq) },
    begun: numberOf('begun'),
    bytes: numberOf('bytes'),
  };
  const listed = sealed.sort((one, other) => one.segment.firstSeq - other.segment.firstSeq);
  return {
    epoch: fields.get('epoch') ?? '',
    list: new SegmentList([...listed, active]),
    logStart: numberOf('start'),
    nextSeq: numberOf('next'),
    time: numberOf('time'),
    active,
  };
};

/** Of a field that names one. */
const sealedSegment = (keys: JournalKeys, field: string, value: string): ListedSegment | undefined => {
  const [kind, seq] = field.split(':');
  if (kind !== 'segment') return undefined;
  const [bytes = 0, begun = 0] = value.split(' ').map(Number);
  const firstSeq = Number(seq);
  return { segment: { firstSeq, path: keys.frames(firstSeq) }, begun, bytes };
};
