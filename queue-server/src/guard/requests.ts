import { DAY, isUuid, QueueError, type Outcome, type Settlement } from '@typed-queue/contracts';
import * as z from 'zod';

const MAX_RANGES = 10_000;
const MAX_DELAY_MS = 365 * DAY;
/** Every one of a thousand ranges may be wrong. */
const MAX_ISSUES = 10;

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

const subscribe = z.strictObject({
  subscription: name,
  queue: z.string(),
  group,
  start: z.union([z.literal(['start', 'now']), z.strictObject({ seq })]).default('start'),
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
  tokens: z.array(token).max(MAX_RANGES).default([]),
});

const outcome: z.ZodType<Outcome> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ack') }),
  z.strictObject({
    kind: z.literal('retry'),
    delayMs: z.int().min(0).max(MAX_DELAY_MS).exactOptional(),
    reason: z.string().max(10_000).exactOptional(),
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

export type SubscribeInput = z.output<typeof subscribe>;
export type HandshakeInput = z.output<typeof handshake>;

const parser =
  <T>(schema: z.ZodType<T>, what: string) =>
  (input: unknown): T => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues
      .slice(0, MAX_ISSUES)
      .map(({ path, message }) => ({ path: path.join('.'), message }));
    const text = issues.map((issue) =>
      issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`,
    );
    throw new QueueError('request_invalid', `The ${what} is not valid. ${text.join('; ')}.`, {
      details: { issues },
    });
  };

/** Each takes what a client sent and gives it back checked, or throws `request_invalid` with its first issues. */
export const parseSubscribe = parser(subscribe, 'subscribe request');
export const parseSettlements = parser(settle, 'list of settlements');
export const parseSubscriptionName = parser(name, 'name of the subscription');
export const parseHandshake = parser(handshake, 'handshake');
