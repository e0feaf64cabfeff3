import type { Metric } from '@typed-queue/program';
import type { RunningOutbox } from './outbox/start-outbox.js';

interface ApiFigures {
  readonly isConnected: boolean;
  /** Undefined: the database does not answer. */
  readonly status: Awaited<ReturnType<RunningOutbox['status']>> | undefined;
  readonly counts: ReturnType<RunningOutbox['counts']>;
}

interface Definition {
  readonly kind: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  /** Undefined: not known. */
  readonly value: (figures: ApiFigures) => number | undefined;
}

const definitions: readonly Definition[] = [
  {
    kind: 'gauge',
    name: 'typed_queue_api_ready',
    help: 'Whether requests can be served, as at /readyz: 1 or 0.',
    value: ({ status }) => Number(status !== undefined),
  },
  {
    kind: 'gauge',
    name: 'typed_queue_api_connected',
    help: 'Whether the queue server can be reached: 1 or 0.',
    value: ({ isConnected }) => Number(isConnected),
  },
  {
    kind: 'gauge',
    name: 'typed_queue_outbox_waiting_events',
    help: 'Events that wait for their publication, counted up to 10,000.',
    value: ({ status }) => status?.depth,
  },
  {
    kind: 'gauge',
    name: 'typed_queue_outbox_oldest_age_seconds',
    help: 'Age of the oldest event that waits; 0 when none does.',
    value: ({ status }) => (status === undefined ? undefined : status.lagMs / 1_000),
  },
  {
    kind: 'gauge',
    name: 'typed_queue_outbox_parked_events',
    help: 'Events that the queue server refused permanently, counted up to 10,000.',
    value: ({ status }) => status?.parked,
  },
  {
    kind: 'gauge',
    name: 'typed_queue_outbox_leader',
    help: 'Whether this process publishes the outbox: 1, or 0 while another does.',
    value: ({ status }) => status && Number(status.relay === 'leader'),
  },
  {
    kind: 'counter',
    name: 'typed_queue_outbox_published_events_total',
    help: 'Events of the outbox that this process published.',
    value: ({ counts }) => counts.published,
  },
  {
    kind: 'counter',
    name: 'typed_queue_outbox_failures_total',
    help: 'How often publishing the outbox failed, and was begun again.',
    value: ({ counts }) => counts.failures,
  },
  {
    kind: 'counter',
    name: 'typed_queue_outbox_lost_events_total',
    help: 'Events of reads and failures that were never published.',
    value: ({ counts }) => counts.lost,
  },
];

interface ApiFiguresDeps {
  readonly outbox: Pick<RunningOutbox, 'status' | 'counts'>;
  readonly isConnected: () => boolean;
}

/** The metrics of an API at the moment, without those of its requests and process. */
export const readApiMetrics = async (deps: ApiFiguresDeps): Promise<readonly Metric[]> => {
  const status = await deps.outbox.status().catch(() => undefined);
  const figures = { isConnected: deps.isConnected(), status, counts: deps.outbox.counts() };
  return definitions.map(({ value, ...described }) => {
    const known = value(figures);
    return { ...described, labels: [], series: known === undefined ? [] : [{ labels: {}, value: known }] };
  });
};
