import { QueueError } from '@typed-queue/contracts';
import type { PublishOptions } from '@typed-queue/queue-client';
import { InvalidArgumentError } from 'commander';
import { decimal } from '../decimal.js';

/** How messages are published beside their payload. */
export interface MessageOptions {
  readonly key?: string;
  readonly keyField?: string;
  readonly dedupeKey?: string;
  readonly dedupeField?: string;
  readonly expectedSeq?: number;
  readonly deliver?: string;
  readonly header?: Readonly<Record<string, string>>;
}

/** Reads `name=value`, again and again. */
export const headerOption = (
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
};

/** Reads the seq of the last message; 0: there is none. */
export const expectedSeqOption = (text: string): number => {
  const seq = decimal(text);
  if (Number.isSafeInteger(seq)) return seq;
  throw new InvalidArgumentError('Write the seq of the last message, or 0 when there is none.');
};

/** The options of one message: some are taken from its payload. */
export const publishOptionsOf = (
  payload: unknown,
  { key, keyField, dedupeKey, dedupeField, expectedSeq, header = {} }: MessageOptions,
): PublishOptions => {
  const orderingKey = keyField === undefined ? key : textOf(payload, keyField);
  return {
    headers: orderingKey === undefined ? header : { ...header, key: orderingKey },
    dedupeKey: dedupeField === undefined ? dedupeKey : textOf(payload, dedupeField),
    expectedSeq,
  };
};

const textOf = (payload: unknown, field: string): string => {
  if (typeof payload !== 'object' || payload === null || !Object.hasOwn(payload, field))
    throw new QueueError('message_invalid', `the payload has no field "${field}"`);
  const value: unknown = Reflect.get(payload, field);
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new QueueError(
    'message_invalid',
    `the field "${field}" of the payload is neither a string nor a number`,
  );
};
