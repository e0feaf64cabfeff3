import { QueueError, type ErrorBody, type JsonText } from '@typed-queue/contracts';
import {
  MAX_CALL_ID,
  MAX_CALLS,
  MAX_CONCURRENCY,
  MAX_REASON,
  MAX_STREAM_WINDOW,
  MAX_TIMER_MS,
  type Reply,
} from '@typed-queue/contracts/wire';
import * as z from 'zod';
import { declaredFailure } from './failures.js';
import { parser } from './parser.js';

const id = z.int().nonnegative();
const ids = z.array(id).max(MAX_CALLS);
const items = z.int().min(1).max(MAX_STREAM_WINDOW);
const call = z.string().max(128);
const timeoutMs = z.int().min(1).max(MAX_TIMER_MS).exactOptional();
// Safe: the guard checks the text by the schema of the input or output before it is passed on.
const text = z.string().transform((json) => json as JsonText<unknown>);

/** For its responder. */
const headers = z.record(z.string(), z.string()).exactOptional();

/** Of a durable call. */
const durable = {
  callId: z.string().min(1).max(MAX_CALL_ID).exactOptional(),
  key: z.string().min(1).max(MAX_CALL_ID).exactOptional(),
};

const one = z.object({ call, input: z.unknown().optional(), headers, timeoutMs, ...durable });
const made = z.object({
  id,
  call,
  headers,
  timeoutMs,
  ...durable,
  input: text.exactOptional(),
  window: items.exactOptional(),
});

const serve = z.object({
  responder: z.string().min(1).max(128),
  queue: z.string(),
  calls: z.array(call).min(1).max(255),
  concurrency: z.int().min(1).max(MAX_CONCURRENCY).default(1),
});

/** Errors that a responder may answer with; what it says of others stays with it. */
const REPORTED = ['payload_invalid', 'answer_invalid', 'call_failed'] as const;
const error = z
  .object({ code: z.string(), message: z.string() })
  .transform(({ code, message }): ErrorBody => {
    const known = REPORTED.find((reported) => reported === code);
    return new QueueError(known ?? 'call_failed', message.slice(0, MAX_REASON)).toJSON();
  });

const token = z.int().nonnegative();
const reply: z.ZodType<Reply> = z.discriminatedUnion('kind', [
  z.object({ token, kind: z.literal('output'), output: text }),
  z.object({ token, kind: z.literal('item'), output: text }),
  z.object({ token, kind: z.literal('end') }),
  z.object({
    token,
    kind: z.literal('failure'),
    failure: declaredFailure,
    reason: z.string().max(MAX_REASON).default(''),
  }),
  z.object({ token, kind: z.literal('error'), error }),
]);

/** A list whose entries have a number by this name. Checked by hand: it comes with every packet. */
const listOf = <Numbered>(name: string) =>
  z.custom<readonly Numbered[]>(
    (list) =>
      Array.isArray(list) && list.length <= MAX_CALLS && list.every((entry) => isNumbered(entry, name)),
    { error: `expected an array of at most ${MAX_CALLS}, each with a number as "${name}"` },
  );

const isNumbered = (entry: unknown, name: string): boolean => {
  if (typeof entry !== 'object' || entry === null) return false;
  // Safe: an object has properties.
  const number = (entry as Readonly<Record<string, unknown>>)[name];
  return Number.isSafeInteger(number) && Number(number) >= 0;
};

export const parseCall = parser(one, 'call');
/** Each is then parsed by itself, so that a wrong one does not refuse the others. */
export const parseCalls = parser(listOf<{ readonly id: number }>('id'), 'list of calls');
export const parseMadeCall = parser(made, 'call');
export const parseCallIds = parser(ids, 'list of ids of calls');
export const parseCallId = parser(id, 'id of a call');
export const parseItems = parser(items, 'number of items');
export const parseServe = parser(serve, 'request to serve calls');
export const parseResponder = parser(z.string().max(128), 'name of the responder');
/** Each is then parsed by itself. */
export const parseReplies = parser(listOf<{ readonly token: number }>('token'), 'list of replies');
export const parseReply = parser(reply, 'reply');
