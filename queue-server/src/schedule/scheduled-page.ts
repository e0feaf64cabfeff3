import {
  QueueError,
  type ScheduledMessage,
  type ScheduledPage,
  type ScheduledQuery,
  type ScheduledReport,
} from '@typed-queue/contracts';
import type { QueueHandle } from '../engine/engine.js';
import type { ScheduledRecord } from './schedule-records.js';
import { ScheduledMessages } from './scheduled-messages.js';
import type { Place, WaitingMessages } from './waiting-messages.js';

const DEFAULT_LIMIT = 100;
const CURSOR = /^(\d{1,16})\.(\d{1,16})$/;

/** The messages of a queue that wait, from a place on. @throws QueueError `request_invalid` for no place of a page */
export const pageOf = async (
  log: Pick<QueueHandle, 'read'>,
  waiting: WaitingMessages,
  queue: string,
  { after, limit = DEFAULT_LIMIT }: ScheduledQuery,
): Promise<ScheduledPage> => {
  const slots = waiting.page(queue, after === undefined ? undefined : placeOf(after), limit);
  const places = slots.map((slot) => ({ ...waiting.place(slot), storedSeq: waiting.storedSeq(slot) }));
  const last = places.at(-1);
  const messages = new Map<number, ScheduledMessage>();
  const reader = new ScheduledMessages(log);
  // In the order of the log, where those that were scheduled together are in one frame.
  for (const { addedSeq, storedSeq } of places.toSorted((one, other) => one.storedSeq - other.storedSeq)) {
    const record = await reader.read(storedSeq);
    if (record?.addedSeq !== addedSeq) continue;
    messages.set(addedSeq, { id: record.id, queue, event: record.event, dueAt: record.dueAt });
  }
  return {
    messages: places.flatMap(({ addedSeq }) => messages.get(addedSeq) ?? []),
    next: last === undefined || places.length < limit ? null : `${last.dueAt}.${last.addedSeq}`,
  };
};

const placeOf = (after: string): Place => {
  const [, dueAt, addedSeq] = CURSOR.exec(after) ?? [];
  if (dueAt !== undefined && addedSeq !== undefined)
    return { dueAt: Number(dueAt), addedSeq: Number(addedSeq) };
  throw new QueueError(
    'request_invalid',
    'The "after" of a query for scheduled messages is the "next" of the page before.',
    { details: { field: 'after' } },
  );
};

/** A message that waits, with its payload. */
export const reportOf = ({
  id,
  queue,
  event,
  dueAt,
  payload,
  headers = {},
}: ScheduledRecord): ScheduledReport => ({
  id,
  queue,
  event,
  dueAt,
  // Safe: it was checked when it was scheduled.
  payload: JSON.parse(payload) as unknown,
  headers,
});
