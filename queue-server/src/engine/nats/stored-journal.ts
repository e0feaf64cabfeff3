import type { StreamInfo } from '@nats-io/jetstream';
import { MESSAGE_BYTES, ownerEpoch, type StoredRecord } from './record.js';
import type { RecordStream } from './record-stream.js';
import { readMark, type SegmentMark } from './segment-mark.js';
import type { StoreRequests } from './store-requests.js';
import { beginningOf, type StoredBeginning } from './stored-beginning.js';

/** The end of a journal as it is stored. */
export interface StoredEnd {
  readonly nextSeq: number;
  readonly time: number;
  /** Of the active segment. */
  readonly bytes: number;
}

export interface StoredMark {
  readonly mark: SegmentMark;
  readonly position: number;
}

/** What is stored of a journal. */
export interface StoredJournal extends StoredBeginning {
  /** The last sequence of the stream. */
  readonly position: number;
  readonly end: StoredEnd;
  /** Empty when nothing says it. */
  readonly epoch: string;
}

export interface JournalSource {
  readonly name: string;
  readonly stream: RecordStream;
  readonly requests: StoreRequests;
  /** The content of a record has at most this many bytes. */
  readonly recordBytes: number;
}

/** Reads what an opening needs of a journal, without any of its messages. */
export const readStored = async (source: JournalSource): Promise<StoredJournal> => {
  const { stream, requests } = source;
  const { state } = await requests.repeat(() => stream.open());
  const marks = await readMarks(source);
  const end = await readEnd(source, state);
  const epoch = await readEpoch(source, marks);
  const positions = [state.first_seq, state.last_seq] as const;
  return { position: state.last_seq, end, epoch, ...(await beginningOf(source, { marks, positions })) };
};

/** The last that says it: an owner may have given the journal a new one. */
const readEpoch = async (
  { stream, requests }: JournalSource,
  marks: readonly StoredMark[],
): Promise<string> => {
  const last = marks.at(-1);
  const owner = await requests.repeat(() => stream.last('owner'));
  const isNewer = owner !== undefined && owner.position > (last?.position ?? 0);
  return isNewer ? ownerEpoch(owner) : (last?.mark.epoch ?? '');
};

const readMarks = async ({ name, stream, requests }: JournalSource): Promise<readonly StoredMark[]> => {
  const marks: StoredMark[] = [];
  for (let from = 1; ;) {
    const found = await requests.repeat(() => stream.next('leader', 'segment', from));
    if (found === undefined) return marks;
    marks.push({ mark: readMark(found, name), position: found.position });
    from = found.position + 1;
  }
};

/** The last record says it. Where records after it are missing, no seq that they may have had is assigned again. */
const readEnd = async (
  { stream, requests, recordBytes }: JournalSource,
  { last_seq: last, first_seq: first }: StreamInfo['state'],
): Promise<StoredEnd> => {
  for (let position = last; position >= Math.max(1, first); position--) {
    const record = await requests.repeat(() => stream.at(position));
    if (record !== undefined)
      return endAfter(record, (last - position) * Math.ceil(recordBytes / MESSAGE_BYTES));
  }
  return { nextSeq: 1, time: 0, bytes: 0 };
};

const endAfter = ({ header: { nextSeq, time, bytes } }: StoredRecord, missing: number): StoredEnd => ({
  nextSeq: nextSeq + missing,
  time,
  bytes,
});
