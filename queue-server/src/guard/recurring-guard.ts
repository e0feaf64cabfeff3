import type { MissedRuns } from '@typed-queue/contracts';
import type { Draft } from '@typed-queue/contracts/wire';
import * as z from 'zod';
import type { MessageSizes } from './message-guard.js';
import { parser } from './parser.js';
import { guardPublication } from './publication-guard.js';
import type { PublishableEvents } from './publishable-events.js';

/** A schedule whose message may be stored. Whether its times are right, the calendar says. */
export interface GuardedRecurring {
  readonly queue: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly missed: MissedRuns;
  readonly draft: Omit<Draft, 'id'>;
}

const missed = z
  .literal(['skip', 'once', 'all'], { error: 'expected "skip", "once" or "all"' })
  .default('once');
const parseRecurring = parser(
  z.strictObject({
    cron: z.string().max(200),
    timeZone: z.string().min(1).max(100).default('UTC'),
    missed,
    event: z.unknown().optional(),
    payload: z.unknown().optional(),
    headers: z.unknown().optional(),
  }),
  'schedule',
);

/** @throws QueueError `request_invalid` for its fields; see `guardPublication` */
export const guardRecurring = (
  events: PublishableEvents,
  input: unknown,
  sizes: MessageSizes,
): GuardedRecurring => {
  const { event, payload, headers, ...times } = parseRecurring(input);
  const draft = guardPublication(events, { event, payload, headers }, sizes);
  return { queue: events.queue, ...times, draft };
};
