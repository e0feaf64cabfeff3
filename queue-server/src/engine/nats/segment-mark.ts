import { Buffer } from 'node:buffer';
import { unsupportedJournal } from './journal-errors.js';
import type { RecordHeader, StoredRecord } from './record.js';

/** Content of some records in a row. */
export interface StateAt {
  readonly position: number;
  readonly parts: number;
}

/** Begins a segment, and says of the one before it what an opening has to know. */
export interface SegmentMark {
  readonly version: number;
  readonly epoch: string;
  readonly firstSeq: number;
  /** In ms since 1970. */
  readonly begun: number;
  readonly sealed?: {
    readonly bytes: number;
    /** The latest time of a message in it. */
    readonly time: number;
    /** What deduplication knows of producers, before `firstSeq`. */
    readonly producers?: StateAt | undefined;
    /** The ids of its messages. */
    readonly ids?: StateAt | undefined;
  };
}

const VERSION = 1;

/** For the operator. */
export const segmentPath = (stream: string, firstSeq: number): string => `${stream}/${firstSeq}`;

export const markContent = (mark: Omit<SegmentMark, 'version'>): Uint8Array =>
  Buffer.from(JSON.stringify({ version: VERSION, ...mark }));

/** In place of one that is gone, from what follows it. It knows no epoch. */
export const missingMark = ({ firstSeq, time }: RecordHeader): SegmentMark => ({
  version: VERSION,
  epoch: '',
  firstSeq,
  begun: time,
});

/** @throws QueueError `journal_unsupported` */
export const readMark = ({ content }: StoredRecord, journal: string): SegmentMark => {
  // Safe: only this server writes marks, and JetStream checks what it stored; later versions have another number.
  const mark = JSON.parse(Buffer.from(content).toString()) as SegmentMark;
  if (mark.version !== VERSION) throw unsupportedJournal(journal, String(mark.version));
  return mark;
};
