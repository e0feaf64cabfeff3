import { examplesOf, type EventFailureSchemas, type Json } from '@typed-queue/contracts/compatibility';
import type { ContractSchemas, EventSchema } from './contract-schemas.js';

const SCHEMA_FORMAT = 'application/schema+json;version=draft-2020-12';

type Document = Readonly<Record<string, Json>>;

/**
 * An AsyncAPI 3.0 document as the queue server sees it: each queue is a channel, to which it receives publications and
 * from which it sends deliveries.
 */
export const asyncApiDocument = (schemas: ContractSchemas, version: string): Document => {
  const events = [...schemas].flatMap(([queue, events]) =>
    [...events].map(([event, schemas]) => ({ key: `${queue}.${event}`, event, ...schemas })),
  );
  return {
    asyncapi: '3.0.0',
    info: { title: 'A contract of typed-queue', version },
    defaultContentType: 'application/json',
    channels: record([...schemas].map(([queue, events]) => [queue, channel(queue, [...events.keys()])])),
    operations: record([...schemas.keys()].flatMap(operations)),
    components: {
      messages: record(events.map(({ key, event, ...schemas }) => [key, message(key, event, schemas)])),
      schemas: record(
        events.map(({ key, schema }) => [
          key,
          { schemaFormat: SCHEMA_FORMAT, schema: relocated(schema, `#/components/schemas/${key}/schema`) },
        ]),
      ),
    },
  };
};

const record = (entries: readonly (readonly [string, Json])[]): Document => Object.fromEntries(entries);

const reference = (...keys: readonly string[]): Json => ({ $ref: `#/${keys.join('/')}` });

const channel = (queue: string, events: readonly string[]): Json => ({
  address: queue,
  title: `The queue ${queue}`,
  messages: record(events.map((event) => [event, reference('components', 'messages', `${queue}.${event}`)])),
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

const message = (key: string, name: string, { schema, failures }: EventSchema): Json => {
  const described = typeof schema === 'object' && typeof schema.description === 'string';
  return {
    name,
    title: name,
    ...(described ? { description: schema.description } : {}),
    payload: reference('components', 'schemas', key),
    examples: examplesOf(schema)
      .slice(0, 1)
      .map((payload) => ({ payload })),
    ...(Object.keys(failures).length > 0 && { [FAILURES]: failureParts(key, failures) }),
  };
};

/** AsyncAPI has no word for how a consumer may fail. */
const FAILURES = 'x-failures';

const failureParts = (key: string, failures: EventFailureSchemas): Json =>
  record(
    Object.entries(failures).map(([code, { retry, retryDelaysMs, data }]) => [
      code,
      {
        retry,
        ...(retryDelaysMs !== undefined && { retryDelaysMs: [...retryDelaysMs] }),
        ...(data !== undefined && {
          data: relocated(data, `#/components/messages/${key}/${FAILURES}/${code}/data`),
        }),
      },
    ]),
  );

/** The references of a schema begin at its own root, which is deeper in the document. */
const relocated = (part: Json, root: string): Json => {
  if (Array.isArray(part)) return part.map((member: Json) => relocated(member, root));
  if (typeof part !== 'object' || part === null) return part;
  return record(
    Object.entries(part).map(([name, member]: [string, Json]) => [
      name,
      name === '$ref' && typeof member === 'string' ? member.replace(/^#/, root) : relocated(member, root),
    ]),
  );
};
