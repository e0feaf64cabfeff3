import { Buffer } from 'node:buffer';
import type { DedupState } from '../journal/dedup-state.js';
import type { Segment } from '../journal/segment/segment-header.js';
import { RedisSegments } from './redis-segments.js';
import type { OwnedStore } from './owned-store.js';
import type { JournalKeys } from './redis-keys.js';
import type { OpenedJournal } from './redis-journal.js';

export interface DedupSource {
  readonly store: OwnedStore;
  readonly keys: JournalKeys;
  /** Of the hash of the journal. */
  readonly fields: ReadonlyMap<string, string>;
  readonly opened: OpenedJournal;
  readonly dedup: DedupState;
}

/** Of the frames that are read to restore, at once. */
const READ_BYTES = 1024 * 1024;

/** Restores the deduplication state of a journal, segment by segment, the oldest first. */
export const restoreDedup = async (source: DedupSource): Promise<void> => {
  const { fields, opened, dedup } = source;
  const producers = fields.get('producers');
  if (producers !== undefined) dedup.restoreProducers(producers);
  const snapshotNextSeq = Number(fields.get('producersNext') ?? 0);
  const segments = opened.list.stored(opened.nextSeq);
  const dated = segments.map(({ firstSeq, begun }) => ({
    segment: { firstSeq, path: source.keys.frames(firstSeq) },
    begun,
  }));
  const idsFrom = dedup.idsFrom(dated, opened.nextSeq);
  for (const [index, { segment }] of dated.entries()) {
    const nextSeq = dated[index + 1]?.segment.firstSeq ?? opened.nextSeq;
    const inSnapshot = nextSeq <= snapshotNextSeq;
    const isSealed = index < dated.length - 1;
    if (isSealed && inSnapshot && nextSeq <= idsFrom) continue;
    if (isSealed && inSnapshot && (await restoreIds(source, segment, nextSeq))) continue;
    await replay(source, segment, { nextSeq, snapshotNextSeq });
  }
};

/** Resolves to false when they are not stored. */
const restoreIds = async (
  { store, keys, fields, dedup }: DedupSource,
  { firstSeq }: Segment,
  nextSeq: number,
): Promise<boolean> => {
  const ids = await store.repeat(() => store.call('GET', [keys.ids(firstSeq)]));
  if (!Buffer.isBuffer(ids)) return false;
  const time = Number((fields.get(`segment:${firstSeq}`) ?? '').split(' ')[2] ?? 0);
  dedup.restoreIds(ids, nextSeq, time);
  return true;
};

const replay = async (
  { store, dedup }: DedupSource,
  segment: Segment,
  { nextSeq, snapshotNextSeq }: { readonly nextSeq: number; readonly snapshotNextSeq: number },
): Promise<void> => {
  // Nothing is dropped before the journal is open.
  const segments = new RedisSegments(store, { includes: () => true }, () => undefined);
  for (let fromSeq = segment.firstSeq; fromSeq < nextSeq;) {
    const read = { segment, fromSeq, limitSeq: nextSeq, maxBytes: READ_BYTES };
    const result = await store.repeat(() => segments.read(read));
    for (const item of result.items) {
      if (item.kind === 'frame') dedup.replay(item.frame, item.frame.firstSeq < snapshotNextSeq);
    }
    fromSeq = result.nextSeq;
  }
};
