import {
  DAY,
  SECOND,
  type DeadLetterQuery,
  type HistoryQuery,
  type MessageQuery,
  type OverviewQuery,
  type ScheduledQuery,
} from '@typed-queue/contracts';
import {
  CLIENT_NAME,
  DEFAULT_WINDOW_MESSAGES,
  isUuid,
  MAX_CONCURRENCY,
  MAX_COUNTED_GROUPS,
  MAX_REASON,
  MAX_RETRY_DELAY_MS,
  MAX_RETRY_DELAYS,
  type Authentication,
  type ContractOptions,
  type DeadLetterRequest,
  type GroupQuery,
  type Handshake,
  type Outcome,
  type RedriveRequest,
  type Settlement,
} from '@typed-queue/contracts/wire';
import type { Rule } from '@typed-queue/contracts/compatibility';
import * as z from 'zod';
import { declaredFailure, failureCode } from './failures.js';
import { parser } from './parser.js';
import { distinctSettlements, MAX_RANGES } from './settlements.js';

/** As many as a queue may have. */
const MAX_EVENTS = 255;
const YEAR = 365 * DAY;

const seq = z.int().positive();
const token = z.int().nonnegative();
const range = z
  .tuple([seq, seq])
  .refine(([from, to]) => from <= to, { error: 'a range ends where it begins, or after' });
/** A name that clients choose for themselves. */
const name = z.string().min(1).max(128);
/** A name that is also part of a room's. */
const group = z
  .string()
  .regex(/^[\w.:@-]{1,128}$/, { error: 'expected 1 to 128 letters, digits or any of . : @ _ -' });
const events = z.array(z.string()).min(1).max(MAX_EVENTS);
const end = z.literal(['start', 'now']);
const atTime = z.object({ time: z.int().nonnegative() });
const start = z.union([end, z.object({ seq }), atTime], {
  error: 'expected "start", "now", { seq } or { time }',
});
/** Without an epoch as well: an epoch of the wrong type must not pass as an unknown field. */
const position = z.object({ epoch: name.exactOptional(), seq });

/** Fields of both kinds of subscription. */
const consuming = {
  subscription: name,
  queue: z.string(),
  form: z.literal(['json', 'frame']).default('json'),
  window: z
    .object({
      messages: z.int().min(1).max(10_000).default(DEFAULT_WINDOW_MESSAGES),
      bytes: z
        .int()
        .min(1)
        .max(64 * 1024 * 1024)
        .default(4 * 1024 * 1024),
    })
    .prefault({}),
};

const settings = z.object({
  events: events.exactOptional(),
  maxAttempts: z.int().min(1).max(100).exactOptional(),
  retryDelaysMs: z.array(z.int().min(0).max(MAX_RETRY_DELAY_MS)).min(1).max(MAX_RETRY_DELAYS).exactOptional(),
  expireAfterMs: z.int().min(SECOND).max(YEAR).exactOptional(),
  priorities: z.boolean().exactOptional(),
});

const subscribe = z.object({
  ...consuming,
  group,
  start: start.default('start'),
  settings: settings.exactOptional(),
  concurrency: z.int().min(1).max(MAX_CONCURRENCY).exactOptional(),
  knows: events.exactOptional(),
  tokens: z.array(token).max(MAX_RANGES).default([]),
  known: z.object({ life: name, floor: seq }).exactOptional(),
});

const tail = z.object({
  ...consuming,
  from: z.union([end, position, atTime], {
    error: 'expected "start", "now", { seq }, { time } or { epoch, seq }',
  }),
  events: events.exactOptional(),
  live: z.literal(['json', 'frame']).default('json'),
});

const cause = {
  reason: z.string().max(MAX_REASON).exactOptional(),
  code: z.literal('contract_mismatch').exactOptional(),
  failure: declaredFailure.exactOptional(),
};
const outcome: z.ZodType<Outcome> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ack') }),
  z.object({
    kind: z.literal('retry'),
    delayMs: z.int().min(0).max(MAX_RETRY_DELAY_MS).exactOptional(),
    ...cause,
  }),
  z.object({ kind: z.literal('dead-letter'), ...cause }),
  z.object({ kind: z.literal('release') }),
  z.object({ kind: z.literal('extend') }),
]);

const settle: z.ZodType<Settlement[]> = z
  .array(z.object({ token, outcome, ranges: z.array(range).max(MAX_RANGES).exactOptional() }))
  .max(MAX_RANGES);

/** Longer tokens than a handshake has room for. */
const authentication: z.ZodType<Authentication> = z.object({ token: z.string().min(1).max(16_384) });
const handshake: z.ZodType<Handshake> = z.object({
  protocolVersion: z.int().exactOptional(),
  secret: z.string().min(32).max(256).exactOptional(),
  name: z
    .string()
    .regex(CLIENT_NAME, { error: 'expected 1 to 128 letters, digits or any of . : @ _ -' })
    .exactOptional(),
  client: z.string().refine(isUuid, { error: 'expected a UUID' }).exactOptional(),
  token: z.string().exactOptional(),
});

const time = z.int().nonnegative();
const deadLetters = z.object({
  group: group.exactOptional(),
  seq: seq.exactOptional(),
  code: failureCode.exactOptional(),
  reason: z.string().min(1).max(MAX_REASON).exactOptional(),
  kindReason: z.string().max(MAX_REASON).exactOptional(),
  since: time.exactOptional(),
  until: time.exactOptional(),
  positions: z.array(seq).min(1).max(1_000).exactOptional(),
  after: z.int().nonnegative().exactOptional(),
  through: z.int().nonnegative().exactOptional(),
  limit: z.int().min(1).max(1_000).exactOptional(),
});
const deadLetterQuery: z.ZodType<DeadLetterQuery> = deadLetters;
/** Strict: an ignored filter would select more letters than its sender meant. */
const deadLetterRequest: z.ZodType<DeadLetterRequest> = deadLetters
  .extend({ dryRun: z.boolean().exactOptional() })
  .strict();

const redriveRequest: z.ZodType<RedriveRequest> = deadLetters
  .extend({
    dryRun: z.boolean().exactOptional(),
    payload: z.unknown().exactOptional(),
    counted: z
      .array(z.tuple([group, z.int().positive()]))
      .max(MAX_COUNTED_GROUPS)
      .exactOptional(),
  })
  .strict()
  .refine(({ dryRun, counted }) => counted === undefined || dryRun === true, {
    path: ['counted'],
    error: 'expected only in a dry run',
  })
  .refine((request) => request.payload === undefined || Object.keys(request).every(isOfEdit), {
    path: ['payload'],
    error: 'it is for one letter: expected no other field than positions and dryRun beside it',
  })
  .refine(({ payload, positions }) => payload === undefined || positions?.length === 1, {
    path: ['positions'],
    error: 'expected exactly one position beside a payload',
  });

const isOfEdit = (field: string): boolean => ['positions', 'payload', 'dryRun'].includes(field);

const overview: z.ZodType<OverviewQuery> = z.strictObject({
  after: name.exactOptional(),
  limit: z.int().min(1).max(100).exactOptional(),
  search: z.string().max(128).exactOptional(),
  order: z
    .literal(['name', 'depth', 'published', 'settled', 'deadLetters', 'bytes', 'messages'])
    .exactOptional(),
});
/** Whether there is such a queue, the guard says. */
const history: z.ZodType<HistoryQuery> = z.strictObject({ queue: z.string().exactOptional() });
const message: z.ZodType<MessageQuery> = z.strictObject({
  after: group.exactOptional(),
  limit: z.int().min(1).max(100).exactOptional(),
});

const scheduled: z.ZodType<ScheduledQuery> = z.strictObject({
  after: name.exactOptional(),
  limit: z.int().min(1).max(1_000).exactOptional(),
});
const messageId = z
  .string()
  .refine(isUuid, { error: 'expected a UUID, as of a receipt' })
  .transform((id) => id.toLowerCase());

const groups: z.ZodType<GroupQuery> = z.object({
  after: group.exactOptional(),
  limit: z.int().min(1).max(1_000).exactOptional(),
});

/** Its own events and the server's. */
const MAX_DIFFERENCES = 2 * MAX_EVENTS;
const MAX_POINTER = 500;
// Safe: it is only shown, and a newer client may have others.
const rule = name.transform((text) => text as Rule);
const contractOptions: z.ZodType<ContractOptions> = z.object({
  annotations: z
    .boolean()
    .nullish()
    .transform((annotations) => annotations ?? false),
  report: z
    .object({
      hash: name,
      events: z
        .array(
          z.object({
            event: name,
            verdict: z.literal(['readable', 'writable', 'both', 'neither', 'unknown']),
            pointer: z
              .string()
              .transform((pointer) => pointer.slice(0, MAX_POINTER))
              .exactOptional(),
            rule: rule.exactOptional(),
          }),
        )
        .max(MAX_DIFFERENCES),
    })
    .nullish()
    .transform((report) => report ?? undefined),
});

export type SubscribeInput = z.output<typeof subscribe>;
export type TailInput = z.output<typeof tail>;

/** For an optional query. Socket.IO sends null for an argument that is undefined. */
const mayBeAbsent =
  <T>(parse: (input: unknown) => T) =>
  (input: unknown): T =>
    parse(input ?? {});

export const parseHandshake = parser(handshake, 'handshake');
export const parseAuthentication = parser(authentication, 'request to authenticate');

export const parseSubscribe = parser(subscribe, 'subscribe request');
export const parseTail = parser(tail, 'tail request');
export const parseSubscriptionName = parser(name, 'name of the subscription');
const settlements = parser(settle, 'list of settlements');
export const parseSettlements = (input: unknown): readonly Settlement[] =>
  distinctSettlements(settlements(input));
/** Socket.IO sends null for an argument that is undefined. */
export const parseKnownContract = parser(
  name.nullish().transform((known) => known ?? null),
  'known contract',
);
export const parseContractOptions = mayBeAbsent(parser(contractOptions, 'request for a contract'));
export const parsePosition = parser(seq, 'position');

export const parseScheduledQuery = mayBeAbsent(parser(scheduled, 'query for scheduled messages'));
export const parseScheduleName = parser(group, 'name of the schedule');
export const parseMessageId = parser(messageId, 'id of the message');
export const parseGroupName = parser(group, 'name of the group');
export const parseGroupQuery = mayBeAbsent(parser(groups, 'query for groups'));
export const parseOverviewQuery = mayBeAbsent(parser(overview, 'query for the overview'));
export const parseHistoryQuery = mayBeAbsent(parser(history, 'query for the history'));
export const parseMessageQuery = mayBeAbsent(parser(message, 'query for a message'));
export const parseSeq = parser(seq, 'seq');
export const parseRedriveRequest = parser(redriveRequest, 'request for dead letters');
export const parseStart = parser(start, 'position to seek');
export const parsePurgeLimit = parser(seq.nullable(), 'seq to purge before');
export const parseDeadLetterQuery = mayBeAbsent(parser(deadLetterQuery, 'query for dead letters'));
export const parseDeadLetterRequest = parser(deadLetterRequest, 'request for dead letters');
