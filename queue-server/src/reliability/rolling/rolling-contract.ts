import { call, defineContract, defineQueue } from '@typed-queue/contracts';
import * as z from 'zod';

const CALL_MS = 60_000;

const placed = z.strictObject({ number: z.int() });
/** The number of the call is its answer. */
const answered = { input: z.int(), output: z.int(), timeoutMs: CALL_MS };
const events = { placed, echo: call(answered), echoDurably: call({ ...answered, durable: true }) };

/** Several queues, so that each server has one: all with messages, calls and durable calls. */
export const contract = defineContract({
  orders: defineQueue('orders', { events }),
  parcels: defineQueue('parcels', { events }),
  mails: defineQueue('mails', { events }),
});

export const QUEUES = ['orders', 'parcels', 'mails'] as const;
export type RollingQueue = (typeof QUEUES)[number];
