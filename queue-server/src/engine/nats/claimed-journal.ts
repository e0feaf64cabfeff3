import type { JournalEvent } from '../journal/journal-event.js';
import type { Segment } from '../journal/segment/segment-header.js';
import { SegmentList, type ListedSegment } from '../journal/segment/segment-list.js';
import type { JournalEnd } from './nats-writer.js';
import { ownerRecord, recordOf, type JournalRecord, type RecordHeader } from './record.js';
import { RecordAppender, type Answering } from './record-appender.js';
import { markContent, segmentPath, type SegmentMark } from './segment-mark.js';
import {
  readStored,
  type JournalSource,
  type StoredEnd,
  type StoredJournal,
  type StoredMark,
} from './stored-journal.js';
import { StreamIndex, type SegmentPlace } from './stream-index.js';

/** A journal as it was opened. */
export interface ClaimedJournal extends JournalEnd {
  readonly epoch: string;
  readonly list: SegmentList;
  readonly index: StreamIndex;
  /** What is missing below this seq was dropped. */
  readonly logStart: number;
  /** The oldest first. */
  readonly marks: readonly MarkedSegment[];
  readonly appender: RecordAppender;
  /** What somebody else removed of it. */
  readonly loss: JournalEvent | undefined;
}

export interface MarkedSegment extends StoredMark {
  readonly segment: Segment;
}

type Unclaimed = Omit<ClaimedJournal, 'appender' | 'unclaimed'> & { readonly claim: JournalRecord };

export interface ClaimOptions {
  readonly newEpoch: () => string;
  readonly now: () => number;
  readonly answering: Answering;
  /** The epoch that the journal has from now on, in place of one that is stored. Default: the same. */
  readonly renewEpoch?: (stored: string) => Promise<string>;
}

/**
 * Takes the place after all that is stored, so that whatever another server still sends is refused.
 * @throws QueueError `journal_unsupported`; what JetStream answered
 */
export const claimJournal = async (source: JournalSource, options: ClaimOptions): Promise<ClaimedJournal> => {
  const { newEpoch, renewEpoch = (stored) => Promise.resolve(stored) } = options;
  const epochOf = async ({ epoch }: StoredJournal): Promise<string> =>
    epoch === '' ? newEpoch() : renewEpoch(epoch);
  for (;;) {
    const stored = await readStored(source);
    const { claim, ...opened } =
      stored.marks.length === 0
        ? createdIn(source, stored, options)
        : openedIn(source, stored, await epochOf(stored));
    const appender = new RecordAppender({ ...source, ...options }, stored.position);
    const claimed = await appender.append(claim);
    if (claimed.kind === 'broken') throw claimed.error;
    if (claimed.kind === 'durable') return { ...opened, appender, unclaimed: undefined };
    if (claimed.kind === 'full') return { ...opened, appender, unclaimed: claim };
    // Another server wrote meanwhile.
  }
};

/** A log without a beginning is a new one. */
const createdIn = (
  { stream }: JournalSource,
  { position, isCut }: StoredJournal,
  { newEpoch, now }: ClaimOptions,
): Unclaimed => {
  const [epoch, begun, begins] = [newEpoch(), now(), position + 1];
  const content = markContent({ epoch, firstSeq: 1, begun });
  const segment = { firstSeq: 1, path: segmentPath(stream.names.stream, 1) };
  const active = { segment, begun, bytes: 0 };
  const index = new StreamIndex();
  index.begin(1, { begins, needs: begins });
  const end = { nextSeq: 1, time: 0, bytes: 0 };
  return {
    epoch,
    index,
    active,
    nextSeq: 1,
    time: 0,
    logStart: 1,
    marks: [],
    list: new SegmentList([active]),
    claim: recordOf('segment', headerAt(end), [content]),
    loss: isCut ? { kind: 'header-damaged', file: stream.names.stream } : undefined,
  };
};

const openedIn = ({ stream }: JournalSource, stored: StoredJournal, epoch: string): Unclaimed => {
  const { nextSeq, time, bytes } = stored.end;
  const marks = stored.marks.map((found) => markedIn(stream.names.stream, found));
  const index = new StreamIndex();
  for (const { mark, position } of marks) index.begin(mark.firstSeq, placeOf(mark, position));
  const listed = marks.map(({ mark, segment }, at): ListedSegment => {
    const next = marks[at + 1]?.mark;
    return { segment, begun: mark.begun, bytes: next === undefined ? bytes : (next.sealed?.bytes ?? 0) };
  });
  const [first, last] = [listed.at(0), listed.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a stored journal has a segment');
  return {
    index,
    list: new SegmentList(listed),
    marks,
    nextSeq,
    time,
    active: last,
    epoch,
    // How much of what is missing was dropped on purpose is not known.
    logStart: stored.isCut ? 1 : first.segment.firstSeq,
    claim: ownerRecord(headerAt(stored.end), epoch),
    loss: stored.isCut ? lossBefore(stream.names.stream, first.segment.firstSeq) : undefined,
  };
};

const lossBefore = (file: string, firstSeq: number): JournalEvent => ({
  kind: 'damage',
  file,
  damage: [{ from: 0, to: 0, seqs: firstSeq === 1 ? undefined : [1, firstSeq - 1] }],
});

const markedIn = (stream: string, { mark, position }: StoredMark): MarkedSegment => {
  const { firstSeq } = mark;
  return { mark, position, segment: { firstSeq, path: segmentPath(stream, firstSeq) } };
};

const placeOf = ({ sealed }: SegmentMark, begins: number): SegmentPlace => {
  const state = [sealed?.producers, sealed?.ids].map((at) => at?.position ?? begins);
  return { begins, needs: Math.min(begins, ...state) };
};

const headerAt = ({ nextSeq, time, bytes }: StoredEnd): RecordHeader => ({
  firstSeq: nextSeq,
  nextSeq,
  time,
  bytes,
  part: 1,
  parts: 1,
});
