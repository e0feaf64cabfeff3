import type { Metric } from '@typed-queue/program';
import type { ScheduleFigures } from '../schedule/schedule-figures.js';

const QUEUE = 'messaging_destination_name';

/** Of messages that are published later. `queues`: of the contract; others may be there that it lacks. */
export const scheduleMetrics = (
  queues: readonly string[],
  { waiting, sent, schedules, lateMs }: ScheduleFigures,
): readonly Metric[] => [
  byQueue('gauge', queues, waiting, {
    name: 'typed_queue_scheduled_messages',
    help: 'Messages that wait until they are due.',
  }),
  {
    kind: 'gauge',
    name: 'typed_queue_scheduled_late_seconds',
    help: 'By how long the first message is late that is due, of a queue of the contract; 0 when none is due.',
    labels: [],
    series: [{ labels: {}, value: lateMs / 1_000 }],
  },
  byQueue('counter', queues, sent, {
    name: 'typed_queue_scheduled_sent_messages_total',
    help: 'Messages that waited, and were published.',
  }),
  byQueue('gauge', queues, schedules, {
    name: 'typed_queue_schedules',
    help: 'Schedules: messages that are published again and again.',
  }),
];

const byQueue = (
  kind: 'counter' | 'gauge',
  queues: readonly string[],
  values: ReadonlyMap<string, number>,
  { name, help }: Pick<Metric, 'name' | 'help'>,
): Metric => ({
  kind,
  name,
  help,
  labels: [QUEUE],
  series: [...new Set([...queues, ...values.keys()])].map((queue) => ({
    labels: { [QUEUE]: queue },
    value: values.get(queue) ?? 0,
  })),
});
