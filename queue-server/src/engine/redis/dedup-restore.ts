import { Buffer } from 'node:buffer';
import type { DedupState } from '../journal/dedup-state.js';
import { replaySegment } from '../remote/dedup-replay.js';
import type { SegmentSource } from '../journal/reading/segment-read.js';
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

/** Restores the deduplication state of a journal, segment by segment, the oldest first. */
export const restoreDedup = async (source: DedupSource): Promise<void> => {
  const { fields, opened, dedup } = source;
  const producers = fields.get('producers');
  if (producers !== undefined) dedup.restoreProducers(producers);
  const snapshotNextSeq = Number(fields.get('producersNext') ?? 0);
  const dated = opened.list.stored(opened.nextSeq).map(({ firstSeq, begun }) => ({
    segment: { firstSeq, path: source.keys.frames(firstSeq) },
    begun,
  }));
  const segments = repeatedReads(source.store);
  const idsFrom = dedup.idsFrom(dated, opened.nextSeq);
  for (const [index, { segment }] of dated.entries()) {
    const nextSeq = dated[index + 1]?.segment.firstSeq ?? opened.nextSeq;
    const inSnapshot = nextSeq <= snapshotNextSeq;
    const isSealed = index < dated.length - 1;
    if (isSealed && inSnapshot && nextSeq <= idsFrom) continue;
    if (isSealed && inSnapshot && (await restoreIds(source, segment, nextSeq))) continue;
    await replaySegment({ segments, dedup }, segment, { nextSeq, snapshotNextSeq });
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

/** Nothing is dropped before the journal is open. */
const repeatedReads = (store: OwnedStore): SegmentSource => {
  const segments = new RedisSegments(store, { includes: () => true }, () => undefined);
  return { read: (read) => store.repeat(() => segments.read(read)) };
};
