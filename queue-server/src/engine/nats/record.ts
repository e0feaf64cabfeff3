import { newId } from '@typed-queue/contracts';
import { Buffer } from 'node:buffer';
import type { RecordKind } from './nats-names.js';

/** How the journal is after a message of its stream: the last message says all that an opening has to know. */
export interface RecordHeader {
  /** The seq of its first message; the one that is due where it has none. */
  readonly firstSeq: number;
  /** The seq that is due afterwards: a frame of several records is stored with its last one. */
  readonly nextSeq: number;
  /** The latest time of a message. */
  readonly time: number;
  /** The bytes of all frames in the active segment. */
  readonly bytes: number;
  /** Which part of its content it has, from 1 on, and of how many. */
  readonly part: number;
  readonly parts: number;
}

/** A message of the stream of a journal. */
export interface JournalRecord {
  readonly kind: RecordKind;
  /** A header, then the content. */
  readonly bytes: Uint8Array;
}

export interface StoredRecord extends JournalRecord {
  /** Its sequence in the stream. */
  readonly position: number;
  readonly header: RecordHeader;
  readonly content: Uint8Array;
}

const RECORD_VERSION = 1;
/** Version, part, parts; 4 numbers of 8 bytes. */
export const RECORD_HEADER_BYTES = 40;

/** No message takes less of a frame. */
export const MESSAGE_BYTES = 32;

/** The content is joined. */
export const recordOf = (
  kind: RecordKind,
  header: RecordHeader,
  content: readonly Uint8Array[],
): JournalRecord => {
  const head = Buffer.alloc(RECORD_HEADER_BYTES);
  head.writeUInt16LE(RECORD_VERSION, 0);
  head.writeUInt16LE(header.part, 2);
  head.writeUInt16LE(header.parts, 4);
  [header.firstSeq, header.nextSeq, header.time, header.bytes].forEach((number, index) =>
    head.writeDoubleLE(number, 8 + 8 * index),
  );
  return { kind, bytes: Buffer.concat([head, ...content]) };
};

interface OwnerContent {
  /** Makes it another one each time. */
  readonly id: string;
  /** Of the journal, from here on. */
  readonly epoch: string;
}

/** Says that a server took over, or that there is room: it takes the place of what others may still send. */
export const ownerRecord = (header: RecordHeader, epoch: string): JournalRecord =>
  recordOf('owner', header, [Buffer.from(JSON.stringify({ id: newId(), epoch } satisfies OwnerContent))]);

export const ownerEpoch = ({ content }: StoredRecord): string =>
  // Safe: only owners write these records, and JetStream checks what it stored.
  (JSON.parse(Buffer.from(content).toString()) as OwnerContent).epoch;

export type RecordAt =
  | { readonly kind: 'record'; readonly header: RecordHeader; readonly content: Uint8Array }
  | { readonly kind: 'foreign'; readonly version: number }
  /** Too short for a record. */
  | { readonly kind: 'bad' };

export const readRecord = (bytes: Uint8Array): RecordAt => {
  if (bytes.byteLength < RECORD_HEADER_BYTES) return { kind: 'bad' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint16(0, true);
  if (version !== RECORD_VERSION) return { kind: 'foreign', version };
  const number = (index: number): number => view.getFloat64(8 + 8 * index, true);
  const header = {
    firstSeq: number(0),
    nextSeq: number(1),
    time: number(2),
    bytes: number(3),
    part: view.getUint16(2, true),
    parts: view.getUint16(4, true),
  };
  return { kind: 'record', header, content: bytes.subarray(RECORD_HEADER_BYTES) };
};

/** Cuts content into pieces of at most some bytes; one piece when it is empty. */
export const partsOf = (content: Uint8Array, maxBytes: number): readonly Uint8Array[] =>
  Array.from({ length: Math.max(1, Math.ceil(content.byteLength / maxBytes)) }, (_, index) =>
    content.subarray(index * maxBytes, (index + 1) * maxBytes),
  );
