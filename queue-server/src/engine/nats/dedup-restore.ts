import { Buffer } from 'node:buffer';
import type { DedupState } from '../journal/dedup-state.js';
import { replaySegment } from '../remote/dedup-replay.js';
import type { SegmentSource } from '../journal/reading/segment-read.js';
import type { MarkedSegment } from './claimed-journal.js';
import type { RecordStream } from './record-stream.js';
import type { SegmentMark, StateAt } from './segment-mark.js';
import type { StoreRequests } from './store-requests.js';

export interface DedupSource {
  readonly stream: RecordStream;
  readonly requests: StoreRequests;
  /** Of all segments, the oldest first. */
  readonly marks: readonly MarkedSegment[];
  readonly segments: SegmentSource;
  readonly nextSeq: number;
  readonly dedup: DedupState;
}

/** Restores the deduplication state of a journal, segment by segment, the oldest first. */
export const restoreDedup = async (source: DedupSource): Promise<void> => {
  const { marks, dedup } = source;
  const snapshotNextSeq = await restoreProducers(source);
  const dated = marks.map(({ segment, mark: { begun } }) => ({ segment, begun }));
  const idsFrom = dedup.idsFrom(dated, source.nextSeq);
  for (const [index, { segment }] of marks.entries()) {
    const next = marks[index + 1]?.mark;
    const nextSeq = next?.firstSeq ?? source.nextSeq;
    const inSnapshot = nextSeq <= snapshotNextSeq;
    if (next !== undefined && inSnapshot && nextSeq <= idsFrom) continue;
    if (next !== undefined && inSnapshot && (await restoreIds(source, next))) continue;
    await replaySegment(source, segment, { nextSeq, snapshotNextSeq });
  }
};

/** Resolves to the first seq that the newest snapshot does not cover. */
const restoreProducers = async (source: DedupSource): Promise<number> => {
  for (const { mark } of source.marks.toReversed()) {
    const snapshot = await stateAt(source, mark.sealed?.producers);
    if (snapshot === undefined) continue;
    source.dedup.restoreProducers(snapshot.toString());
    return mark.firstSeq;
  }
  return 0;
};

/** Those of the segment before a mark. Resolves to false when they are not stored. */
const restoreIds = async (source: DedupSource, next: SegmentMark): Promise<boolean> => {
  const ids = await stateAt(source, next.sealed?.ids);
  if (ids === undefined) return false;
  source.dedup.restoreIds(ids, next.firstSeq, next.sealed?.time ?? 0);
  return true;
};

/** Undefined when it was not stored, or is damaged. */
const stateAt = async (
  { stream, requests }: DedupSource,
  at: StateAt | undefined,
): Promise<Buffer | undefined> => {
  if (at === undefined) return undefined;
  const contents: Uint8Array[] = [];
  for (let position = at.position; position < at.position + at.parts; position++) {
    const record = await requests.repeat(() => stream.at(position));
    if (record?.kind !== 'state') return undefined;
    contents.push(record.content);
  }
  return Buffer.concat(contents);
};
