import {
  DAY,
  isUuid,
  SECOND,
  type DeadLetterQuery,
  type Outcome,
  type Settlement,
} from '@typed-queue/contracts';
import * as z from 'zod';
import { parser } from './parser.js';
import { distinctSettlements, MAX_RANGES } from './settlements.js';

const MAX_REASON = 10_000;
/** As many as a queue may have. */
const MAX_EVENTS = 255;
const YEAR = 365 * DAY;

const seq = z.int().positive();
const token = z.int().nonnegative();
const range = z
  .tuple([seq, seq])
  .refine(([from, to]) => from <= to, { error: 'a range ends where it begins, or behind' });
/** A name that clients choose for themselves. */
const name = z.string().min(1).max(128);
/** A name that is also part of a room's. */
const group = z
  .string()
  .regex(/^[\w.:@-]{1,128}$/, { error: 'expected 1 to 128 letters, digits or any of . : @ _ -' });
const events = z.array(z.string()).min(1).max(MAX_EVENTS);
const start = z.union(
  [z.literal(['start', 'now']), z.strictObject({ seq }), z.strictObject({ time: z.int().nonnegative() })],
  { error: 'expected "start", "now", { seq } or { time }' },
);
const position = z.strictObject({ epoch: name, seq });

/** What subscriptions of both kinds have. */
const consuming = {
  subscription: name,
  queue: z.string(),
  form: z.literal(['json', 'frame']).default('json'),
  window: z
    .strictObject({
      messages: z.int().min(1).max(10_000).default(1_000),
      bytes: z
        .int()
        .min(1)
        .max(64 * 1024 * 1024)
        .default(4 * 1024 * 1024),
    })
    .prefault({}),
};

const settings = z.strictObject({
  events: events.exactOptional(),
  maxAttempts: z.int().min(1).max(100).exactOptional(),
  retryDelaysMs: z.array(z.int().min(0).max(YEAR)).min(1).max(20).exactOptional(),
  expireAfterMs: z.int().min(SECOND).max(YEAR).exactOptional(),
});

const subscribe = z.strictObject({
  ...consuming,
  group,
  start: start.default('start'),
  settings: settings.exactOptional(),
  tokens: z.array(token).max(MAX_RANGES).default([]),
});

const tail = z.strictObject({
  ...consuming,
  from: z.union([start, position], {
    error: 'expected "start", "now", { seq }, { time } or { epoch, seq }',
  }),
  events: events.exactOptional(),
});

const reason = z.string().max(MAX_REASON).exactOptional();
const outcome: z.ZodType<Outcome> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ack') }),
  z.strictObject({
    kind: z.literal('retry'),
    delayMs: z.int().min(0).max(YEAR).exactOptional(),
    reason,
  }),
  z.strictObject({
    kind: z.literal('dead-letter'),
    reason,
    code: z.literal('contract_mismatch').exactOptional(),
  }),
  z.strictObject({ kind: z.literal('release') }),
  z.strictObject({ kind: z.literal('extend') }),
]);

const settle: z.ZodType<Settlement[]> = z
  .array(z.strictObject({ token, outcome, ranges: z.array(range).max(MAX_RANGES).exactOptional() }))
  .max(MAX_RANGES);

const handshake = z.object({
  protocolVersion: z.int().optional(),
  client: z.string().refine(isUuid, { error: 'expected a UUID' }).optional(),
  token: z.string().optional(),
});

const deadLetters: z.ZodType<DeadLetterQuery> = z.strictObject({
  group: group.exactOptional(),
  after: z.int().nonnegative().exactOptional(),
  limit: z.int().min(1).max(1_000).exactOptional(),
});

export type SubscribeInput = z.output<typeof subscribe>;
export type TailInput = z.output<typeof tail>;

export const parseHandshake = parser(handshake, 'handshake');

export const parseSubscribe = parser(subscribe, 'subscribe request');
export const parseTail = parser(tail, 'tail request');
export const parseSubscriptionName = parser(name, 'name of the subscription');
const settlements = parser(settle, 'list of settlements');
export const parseSettlements = (input: unknown): readonly Settlement[] =>
  distinctSettlements(settlements(input));
export const parsePosition = parser(seq, 'position');

export const parseGroupName = parser(group, 'name of the group');
export const parseStart = parser(start, 'place to go to');
export const parsePurgeLimit = parser(seq.nullable(), 'seq to purge before');
export const parseDeadLetterQuery = parser(deadLetters, 'query for dead letters');
