import type { Json } from '@typed-queue/contracts/compatibility';
import { callChannels, callOperations } from './asyncapi-calls.js';
import {
  FAILURES,
  failureParts,
  messageParts,
  record,
  reference,
  relocated,
  SCHEMA_FORMAT,
} from './asyncapi-parts.js';
import type { ContractSchemas, EventPart, QueuePart } from './contract-schemas.js';

/**
 * An AsyncAPI 3.0 document as the queue server sees it: each queue is a channel, to which it receives publications and
 * from which it sends deliveries. Each call is a channel too, with a request and its reply.
 */
export const asyncApiDocument = (
  schemas: ContractSchemas,
  version: string,
): Readonly<Record<string, Json>> => {
  const queues = [...schemas].filter(([, parts]) => eventsIn(parts).length > 0);
  const events = queues.flatMap(([queue, parts]) =>
    eventsIn(parts).map(([event, part]) => ({ key: `${queue}.${event}`, event, part })),
  );
  return {
    asyncapi: '3.0.0',
    info: { title: 'A contract of typed-queue', version },
    defaultContentType: 'application/json',
    channels: record([
      ...queues.map(([queue, parts]) => [queue, channel(queue, eventsIn(parts))] as const),
      ...[...schemas].flatMap(callChannels),
    ]),
    operations: record([
      ...queues.flatMap(([queue]) => operations(queue)),
      ...[...schemas].flatMap(callOperations),
    ]),
    components: components(events),
  };
};

interface KeyedEvent {
  readonly key: string;
  readonly event: string;
  readonly part: EventPart;
}

const components = (events: readonly KeyedEvent[]): Json => ({
  messages: record(events.map(({ key, event, part }) => [key, message(key, event, part)])),
  schemas: record(
    events.map(({ key, part }) => [
      key,
      {
        schemaFormat: SCHEMA_FORMAT,
        schema: relocated(part.schema, `#/components/schemas/${key}/schema`),
      },
    ]),
  ),
});

const eventsIn = (parts: ReadonlyMap<string, QueuePart>): readonly (readonly [string, EventPart])[] =>
  [...parts].flatMap(([name, part]) => (part.kind === 'event' ? [[name, part] as const] : []));

const channel = (queue: string, events: readonly (readonly [string, EventPart])[]): Json => ({
  address: queue,
  title: `The queue ${queue}`,
  messages: record(
    events.map(([event]) => [event, reference('components', 'messages', `${queue}.${event}`)]),
  ),
});

const operations = (queue: string): readonly [string, Json][] => [
  [
    `${queue}.publish`,
    { action: 'receive', summary: `Publications to ${queue}`, channel: reference('channels', queue) },
  ],
  [
    `${queue}.deliver`,
    { action: 'send', summary: `Deliveries of ${queue}`, channel: reference('channels', queue) },
  ],
];

const message = (key: string, name: string, { schema, failures }: EventPart): Json => {
  return {
    ...messageParts(name, schema, reference('components', 'schemas', key)),
    ...(Object.keys(failures).length > 0 && {
      [FAILURES]: failureParts(failures, `#/components/messages/${key}`),
    }),
  };
};
