import type { ServiceStatus } from '@typed-queue/contracts';
import type { Metric } from '@typed-queue/program';

const QUEUE = 'messaging_destination_name';
const CALL = 'call';
const CODE = 'error_type';

/** The calls of one queue. */
export interface QueueServices {
  readonly queue: string;
  readonly services: readonly ServiceStatus[];
}

/** Of the calls of all queues. */
export const callMetrics = (queues: readonly QueueServices[]): readonly Metric[] => [
  {
    kind: 'counter',
    name: 'typed_queue_calls_total',
    help: 'Calls that ended: with their output, or by the code of a declared failure or an error.',
    labels: [QUEUE, CALL, CODE],
    series: each(queues, (service) =>
      Object.entries(service.ended).map(([result, value]) => ({
        labels: { [CODE]: result === 'ok' ? '' : result },
        value,
      })),
    ),
  },
  gauge(
    queues,
    'typed_queue_calls_waiting',
    'Calls that wait for a free responder.',
    ({ waiting }) => waiting,
  ),
  gauge(queues, 'typed_queue_calls_running', 'Calls that responders have.', ({ running }) => running),
  gauge(
    queues,
    'typed_queue_call_responders',
    'Responders that serve the call, at most 100.',
    ({ responders }) => responders.length,
  ),
];

type Series = readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];

const each = (queues: readonly QueueServices[], seriesOf: (service: ServiceStatus) => Series): Series =>
  queues.flatMap(({ queue, services }) =>
    services.flatMap((service) =>
      seriesOf(service).map(({ labels, value }) => ({
        labels: { [QUEUE]: queue, [CALL]: service.call, ...labels },
        value,
      })),
    ),
  );

const gauge = (
  queues: readonly QueueServices[],
  name: string,
  help: string,
  valueOf: (service: ServiceStatus) => number,
): Metric => ({
  kind: 'gauge',
  name,
  help,
  labels: [QUEUE, CALL],
  series: each(queues, (service) => [{ labels: {}, value: valueOf(service) }]),
});
