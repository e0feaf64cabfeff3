import { Buffer } from 'node:buffer';
import type { Headers } from '@typed-queue/contracts';
import { SCHEDULE_LOG_NAME, storedPriority, type Draft, type Frame } from '@typed-queue/contracts/wire';
import type { StoredQueue } from '../engine/local-options.js';
import { recurringIn, type RecurringRecord } from './recurring/recurring-record.js';

/** What a frame has of a message beside its texts. */
const ENTRY_BYTES = 32;

/** What waits for all queues of a server. */
export const SCHEDULE_LOG: StoredQueue = { name: SCHEDULE_LOG_NAME, retention: {} };

/** A message for later, as the guard let it in. */
export interface MessageForLater {
  readonly queue: string;
  readonly draft: Draft;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  /** Of a schedule, which knows its runs. */
  readonly isRun?: true;
}

/** Of a message that was added. */
export interface AddedRecord {
  readonly seq: number;
  /** In bytes. */
  readonly size: number;
}

/** A message that is in the log, and is to wait. */
export interface StoredMessage {
  readonly message: MessageForLater;
  readonly record: AddedRecord;
}

/** What an `add` or `moved` has beside the payload, which is stored as the publisher's text. */
interface Envelope {
  readonly queue: string;
  readonly event: string;
  readonly id: string;
  readonly dueAt: number;
  readonly isRun?: true;
  readonly headers?: Headers;
  /** Only of a `moved`. */
  readonly addedSeq?: number;
}

/** A message as its record has it. */
export interface ScheduledRecord extends Envelope {
  readonly addedSeq: number;
  readonly payload: string;
  /** Of the record, in bytes: of a copy, as much as of what it is a copy of. */
  readonly size: number;
}

/** Some messages are about to be appended to their queue, whose log ends before `head`. */
export interface Sending {
  readonly queue: string;
  readonly epoch: string;
  readonly head: number;
  readonly addedSeqs: readonly number[];
}

/** A record of the log of the schedule. */
export type ScheduleRecord =
  /** A message waits, here or as a copy of an older record. */
  | { readonly kind: 'add' | 'moved'; readonly size: number; readonly envelope: Envelope }
  | { readonly kind: 'sending'; readonly sending: Sending }
  /** They are in their queue. */
  | { readonly kind: 'sent'; readonly addedSeqs: readonly number[] }
  | { readonly kind: 'cancelled'; readonly addedSeq: number }
  /** Messages that were sent or cancelled before: their `add` may be gone. */
  | { readonly kind: 'settled'; readonly size: number; readonly ids: string }
  /** A schedule is as it says: the latest of a name counts. */
  | { readonly kind: 'recurring'; readonly recurring: RecurringRecord }
  /** There is no schedule of this name any more. */
  | { readonly kind: 'forgotten'; readonly name: string };

export const addDraft = (id: string, { queue, draft, dueAt, isRun }: MessageForLater): Draft => {
  const { id: messageId, event, payload, headers } = draft;
  return {
    id,
    event: 'add',
    payload,
    headers: envelopeText({ queue, event, id: messageId, dueAt, isRun }, headers),
  };
};

export const movedDraft = (id: string, record: ScheduledRecord): Draft => {
  const { queue, event, id: messageId, dueAt, isRun, addedSeq, headers, payload } = record;
  const texts = headers === undefined ? undefined : JSON.stringify(headers);
  const envelope = { queue, event, id: messageId, dueAt, isRun, addedSeq };
  return { id, event: 'moved', payload, headers: envelopeText(envelope, texts) };
};

export const sendingDraft = (id: string, sending: Sending): Draft => ({
  id,
  event: 'sending',
  payload: JSON.stringify(sending),
});

export const sentDraft = (id: string, addedSeqs: readonly number[]): Draft => ({
  id,
  event: 'sent',
  payload: JSON.stringify({ addedSeqs }),
});

export const cancelledDraft = (id: string, addedSeq: number): Draft => ({
  id,
  event: 'cancelled',
  payload: JSON.stringify({ addedSeq }),
});

export const settledDraft = (id: string, ids: string): Draft => ({
  id,
  event: 'settled',
  payload: JSON.stringify({ ids }),
});

/** Of the record of a message, in bytes: as `messageIn` says it. */
export const recordSize = ({ payload, headers = '' }: Draft): number =>
  ENTRY_BYTES + Buffer.byteLength(headers) + 1 + Buffer.byteLength(payload) + 1;

type EnvelopeFields = Omit<Envelope, 'headers' | 'isRun'> & { readonly isRun: true | undefined };

/** The headers' text passes unchanged. */
const envelopeText = (envelope: EnvelopeFields, headers: string | undefined): string => {
  const text = JSON.stringify(envelope);
  return headers === undefined ? text : `${text.slice(0, -1)},"headers":${headers}}`;
};

/** The message of an `add` or `moved`. Undefined: the record is another one. */
export const messageIn = (frame: Frame, index: number): ScheduledRecord | undefined => {
  const record = recordIn(frame, index);
  if (record?.kind !== 'add' && record?.kind !== 'moved') return undefined;
  const { envelope, size } = record;
  const addedSeq = envelope.addedSeq ?? frame.firstSeq + index;
  return { ...envelope, addedSeq, size, payload: frame.payloadText(index) };
};

/** Undefined: a record that this version does not know. */
export const recordIn = (frame: Frame, index: number): ScheduleRecord | undefined => {
  const kind = frame.event(index);
  switch (kind) {
    case 'add':
    case 'moved':
      return messageRecord(kind, frame, index);
    case 'sending':
      // Safe: it was written here, as all others.
      return { kind, sending: JSON.parse(frame.payloadText(index)) as Sending };
    case 'sent':
      return { kind, ...(JSON.parse(frame.payloadText(index)) as Pick<Sending, 'addedSeqs'>) };
    case 'cancelled':
      return { kind, ...(JSON.parse(frame.payloadText(index)) as { readonly addedSeq: number }) };
    case 'settled':
      return settledRecord(frame, index);
    case 'recurring':
      return { kind, recurring: recurringIn(frame, index) };
    case 'forgotten':
      return { kind, ...(JSON.parse(frame.payloadText(index)) as { readonly name: string }) };
    default:
      return undefined;
  }
};

const settledRecord = (frame: Frame, index: number): ScheduleRecord => {
  // Safe: it was written here.
  const { ids } = JSON.parse(frame.payloadText(index)) as { readonly ids: string };
  return { kind: 'settled', size: frame.size(index), ids };
};

const messageRecord = (kind: 'add' | 'moved', frame: Frame, index: number): ScheduleRecord => {
  // Safe: it was written here.
  const envelope = JSON.parse(frame.headersText(index) ?? '') as Envelope;
  const { addedSeq } = envelope;
  const added = addedSeq === undefined ? 0 : `,"addedSeq":${addedSeq}`.length;
  return { kind, envelope, size: frame.size(index) - added };
};

/** The message as its queue stores it, as it does of any publish. */
export const draftIn = ({ id, event, payload, headers }: ScheduledRecord): Draft =>
  headers === undefined
    ? { id, event, payload }
    : {
        id,
        event,
        payload,
        headers: JSON.stringify(headers),
        key: headers.key,
        priority: storedPriority(headers),
      };
