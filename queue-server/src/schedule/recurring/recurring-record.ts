import { Buffer } from 'node:buffer';
import type { Headers, MissedRuns } from '@typed-queue/contracts';
import type { Draft, Frame } from '@typed-queue/contracts/wire';
import type { Times } from './calendar.js';

/** What a schedule publishes, and when. */
export interface Definition extends Times {
  readonly queue: string;
  readonly event: string;
  readonly missed: MissedRuns;
  /** As JSON text, as `headers`. */
  readonly payload: string;
  readonly headers?: string | undefined;
}

/** A schedule as its latest record has it. */
export interface RecurringRecord {
  readonly name: string;
  readonly definition: Definition;
  /** All runs up to here were made, or never will be. It only grows. Milliseconds since 1970. */
  readonly through: number;
  /** Null: none was made. */
  readonly lastAt: number | null;
}

/** What a record has beside the payload, which is stored as the publisher's text. */
interface Envelope extends Omit<RecurringRecord, 'definition'>, Omit<Definition, 'payload' | 'headers'> {
  readonly headers?: Headers;
}

export const recurringDraft = (id: string, { definition, ...progress }: RecurringRecord): Draft => {
  const { payload, headers, ...times } = definition;
  const text = JSON.stringify({ ...progress, ...times });
  const envelope = headers === undefined ? text : `${text.slice(0, -1)},"headers":${headers}}`;
  return { id, event: 'recurring', payload, headers: envelope };
};

export const forgottenDraft = (id: string, name: string): Draft => ({
  id,
  event: 'forgotten',
  payload: JSON.stringify({ name }),
});

/** A record of the event `recurring`. */
export const recurringIn = (frame: Frame, index: number): RecurringRecord => {
  // Safe: it was written here.
  const envelope = JSON.parse(frame.headersText(index) ?? '') as Envelope;
  const { name, through, lastAt, headers, ...times } = envelope;
  const payload = frame.payloadText(index);
  const definition =
    headers === undefined ? { ...times, payload } : { ...times, payload, headers: JSON.stringify(headers) };
  return { name, definition, through, lastAt };
};

/** About as many as its record has. */
export const definitionBytes = ({ payload, headers = '' }: Definition): number =>
  Buffer.byteLength(payload) + Buffer.byteLength(headers) + 256;

/** Whether two definitions publish the same at the same times. */
export const isSame = (one: Definition, other: Definition): boolean =>
  one.cron === other.cron &&
  one.timeZone === other.timeZone &&
  one.missed === other.missed &&
  one.queue === other.queue &&
  one.event === other.event &&
  one.payload === other.payload &&
  one.headers === other.headers;
