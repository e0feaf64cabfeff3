import { newId } from '@typed-queue/contracts';
import type { SeededRandom } from '../seeded-random.js';

/** Queues of the default contract. */
export const QUEUES = ['database', 'files'] as const;
export type Queue = (typeof QUEUES)[number];

/** A message that is to be scheduled. Times are milliseconds since the start of the run. */
export interface PlannedMessage {
  readonly id: string;
  readonly queue: Queue;
  /** When it is sent to the server. */
  readonly sendMs: number;
  readonly time: { readonly kind: 'at' | 'delay'; readonly ms: number };
  /** When it is cancelled, after its receipt. */
  readonly cancelMs?: number;
}

/** Until when messages are sent, of the time in which they become due. */
const SENDING = 0.75;
/** One in this number of messages is cancelled. */
const CANCELLED = 20;
/** Some are due at multiples of it, so that many are due at once. */
const ROUND_MS = 100;
/** So long before its due time or so shortly after a message is cancelled that may be sent just then. */
const RACED_MS = 20;

/** Messages in the order in which they are sent. All are due within the time, a few when they are sent. */
export const schedulePlan = (random: SeededRandom, count: number, spanMs: number): PlannedMessage[] =>
  Array.from({ length: count }, (_, index) =>
    planned(random, Math.floor((index / count) * SENDING * spanMs), spanMs),
  );

const planned = (random: SeededRandom, sendMs: number, spanMs: number): PlannedMessage => {
  const dueMs = sendMs + random.below(spanMs - sendMs);
  const kind = random.of(['at', 'at', 'round', 'delay'] as const);
  const atMs = kind === 'round' ? Math.floor(dueMs / ROUND_MS) * ROUND_MS : dueMs;
  const time = kind === 'delay' ? { kind, ms: dueMs - sendMs } : { kind: 'at' as const, ms: atMs };
  const message = { id: newId(), queue: random.of(QUEUES), sendMs, time };
  if (random.below(CANCELLED) > 0) return message;
  const isRaced = random.below(2) === 0;
  const cancelMs = isRaced ? atMs - random.below(RACED_MS) : sendMs + random.below(1 + dueMs - sendMs);
  return { id: message.id, queue: message.queue, sendMs, time, cancelMs };
};
