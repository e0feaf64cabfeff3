import type { Labels, Metric } from '@typed-queue/program';
import type { GroupCount } from '../delivery/group-counts.js';
import type { GroupFigures, QueueFigures } from './queue-figures.js';

/** Attributes of OpenTelemetry's semantic conventions for messaging, as Prometheus spells them. */
const SYSTEM = 'messaging_system';
const OPERATION = 'messaging_operation_name';
const QUEUE = 'messaging_destination_name';
const GROUP = 'messaging_consumer_group_name';
const CODE = 'error_type';

interface Definition<T> {
  readonly kind: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  /** Undefined: not known. */
  readonly value: (of: T) => number | undefined;
}

const ofQueues: readonly Definition<QueueFigures>[] = [
  {
    kind: 'counter',
    name: 'typed_queue_duplicate_messages_total',
    help: 'Published messages that were known already, and not stored again.',
    value: ({ published }) => published.duplicates,
  },
  {
    kind: 'gauge',
    name: 'typed_queue_messages',
    help: 'Stored messages.',
    value: ({ messages }) => messages,
  },
  {
    kind: 'gauge',
    name: 'typed_queue_log_bytes',
    help: 'Size of the stored messages.',
    value: ({ bytes }) => bytes,
  },
  {
    kind: 'gauge',
    name: 'typed_queue_dead_letters',
    help: 'Dead letters of all groups that are neither redriven nor discarded.',
    value: ({ deadLetters }) => deadLetters,
  },
  { kind: 'gauge', name: 'typed_queue_tails', help: 'Open tails.', value: ({ tails }) => tails },
  { kind: 'gauge', name: 'typed_queue_groups', help: 'Groups.', value: ({ groupTotal }) => groupTotal },
];

const ofGroups: readonly Definition<GroupFigures>[] = [
  {
    kind: 'gauge',
    name: 'typed_queue_group_depth_messages',
    help: 'Messages that are not settled: the lag, and what was delivered or waits for another attempt.',
    value: ({ depth }) => depth,
  },
  {
    kind: 'gauge',
    name: 'typed_queue_group_lag_messages',
    help: 'Messages that were never delivered.',
    value: ({ lag }) => lag,
  },
  {
    kind: 'gauge',
    name: 'typed_queue_group_oldest_age_seconds',
    help: 'Age of the oldest message that is not settled; 0 when all are.',
    value: ({ oldestAgeMs }) => oldestAgeMs && oldestAgeMs / 1_000,
  },
  {
    kind: 'gauge',
    name: 'typed_queue_group_leased_messages',
    help: 'Messages that members hold under a lease.',
    value: ({ leased }) => leased,
  },
  {
    kind: 'gauge',
    name: 'typed_queue_group_members',
    help: 'Connected members.',
    value: ({ members }) => members,
  },
  {
    kind: 'gauge',
    name: 'typed_queue_group_dead_letters',
    help: 'Dead letters that are neither redriven nor discarded.',
    value: ({ deadLetters }) => deadLetters,
  },
];

const ofGroupCounts: readonly Definition<Readonly<GroupCount>>[] = [
  {
    kind: 'counter',
    name: 'typed_queue_acked_messages_total',
    help: 'Messages that were acked.',
    value: ({ acked }) => acked,
  },
  {
    kind: 'counter',
    name: 'typed_queue_retried_messages_total',
    help: 'Failed attempts: another follows, or the message is dead-lettered.',
    value: ({ retried }) => retried,
  },
  {
    kind: 'counter',
    name: 'typed_queue_dead_lettered_messages_total',
    help: 'Messages that became dead letters.',
    value: ({ dead }) => dead,
  },
  {
    kind: 'counter',
    name: 'typed_queue_lease_expired_messages_total',
    help: 'Messages whose lease ended without a sign of life of their member.',
    value: ({ leaseExpired }) => leaseExpired,
  },
];

type Series = readonly { readonly labels: Labels; readonly value: number }[];

/** Of all queues and their groups. */
export const queueMetrics = (queues: readonly QueueFigures[]): readonly Metric[] => {
  const groups = queues.flatMap((queue) =>
    queue.groups.map((of) => ({ labels: groupLabels(queue, of.label), of })),
  );
  const counts = queues.flatMap((queue) =>
    queue.counts.map(({ label, count }) => ({ labels: groupLabels(queue, label), of: count })),
  );
  return [
    sentMessages(queues),
    consumedMessages(queues),
    ...ofQueues.map((each) =>
      metricOf(
        each,
        queues.map((of) => ({ labels: queueLabels(of), of })),
        [QUEUE],
      ),
    ),
    ...ofGroupCounts.map((each) => metricOf(each, counts, [QUEUE, GROUP])),
    declaredFailures(queues),
    ...ofGroups.map((each) => metricOf(each, groups, [QUEUE, GROUP])),
  ];
};

const queueLabels = ({ queue }: QueueFigures): Labels => ({ [QUEUE]: queue });
const groupLabels = ({ queue }: QueueFigures, group: string): Labels => ({ [QUEUE]: queue, [GROUP]: group });

const metricOf = <T>(
  { kind, name, help, value }: Definition<T>,
  all: readonly { readonly labels: Labels; readonly of: T }[],
  labels: readonly string[],
): Metric => {
  const series: Series = all.flatMap(({ labels: own, of }) => {
    const known = value(of);
    return known === undefined ? [] : [{ labels: own, value: known }];
  });
  return { kind, name, help, labels, series };
};

const operation = (name: string): Labels => ({ [SYSTEM]: 'typed_queue', [OPERATION]: name });

const sentMessages = (queues: readonly QueueFigures[]): Metric => ({
  kind: 'counter',
  name: 'messaging_client_sent_messages_total',
  help: 'Published messages that were stored.',
  labels: [SYSTEM, OPERATION, QUEUE],
  series: queues.map((queue) => ({
    labels: { ...operation('publish'), ...queueLabels(queue) },
    value: queue.published.stored,
  })),
});

const consumedMessages = (queues: readonly QueueFigures[]): Metric => ({
  kind: 'counter',
  name: 'messaging_client_consumed_messages_total',
  help: 'Messages that were delivered: to the members of groups, each attempt, and to tails.',
  labels: [SYSTEM, OPERATION, QUEUE, GROUP],
  series: queues.flatMap((queue) => [
    ...queue.counts.map(({ label, count }) => ({
      labels: { ...operation('deliver'), ...groupLabels(queue, label) },
      value: count.delivered,
    })),
    { labels: { ...operation('tail'), ...groupLabels(queue, '') }, value: queue.tailed },
  ]),
});

const declaredFailures = (queues: readonly QueueFigures[]): Metric => ({
  kind: 'counter',
  name: 'typed_queue_failures_total',
  help: 'Attempts that failed in a way that the contract declares.',
  labels: [QUEUE, GROUP, CODE],
  series: queues.flatMap((queue) =>
    queue.counts.flatMap(({ label, count }) =>
      [...count.failures].map(([code, value]) => ({
        labels: { ...groupLabels(queue, label), [CODE]: code },
        value,
      })),
    ),
  ),
});
