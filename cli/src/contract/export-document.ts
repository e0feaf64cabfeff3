import type { Json, JsonSchema } from '@typed-queue/contracts/compatibility';
import * as z from 'zod';
import type { ContractSchemas } from './contract-schemas.js';

/** Of the documents that this version writes. */
const FORMAT = 1;
const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const ABOUT = 'x-typed-queue';

/**
 * A JSON Schema 2020-12 bundle: one schema for each event, with an `$id` of its own, so that references inside it stay as
 * they are. As a whole it is the schema of a message, `{ queue, event, payload }`.
 */
export const exportDocument = (schemas: ContractSchemas): Readonly<Record<string, Json>> => {
  const events = [...schemas].flatMap(([queue, events]) =>
    [...events].map(([event, schema]) => ({
      queue,
      event,
      schema,
      $id: `urn:typed-queue:${queue}:${event}`,
    })),
  );
  const queues = [...schemas].map(([queue, events]): [string, Json] => [
    queue,
    { events: Object.fromEntries([...events.keys()].map((event) => [event, keyOf(queue, event)])) },
  ]);
  return {
    $schema: DRAFT,
    title: 'A contract of typed-queue',
    [ABOUT]: { format: FORMAT, queues: Object.fromEntries(queues) },
    anyOf: events.map(({ queue, event, $id }) => messageSchema(queue, event, $id)),
    $defs: Object.fromEntries(
      events.map(({ queue, event, schema, $id }) => [keyOf(queue, event), identified(schema, $id)]),
    ),
  };
};

const keyOf = (queue: string, event: string): string => `${queue}.${event}`;

const messageSchema = (queue: string, event: string, $ref: string): Json => ({
  type: 'object',
  properties: { queue: { const: queue }, event: { const: event }, payload: { $ref } },
  required: ['queue', 'event', 'payload'],
});

const identified = (schema: JsonSchema, $id: string): JsonSchema =>
  typeof schema === 'boolean' ? { ...(schema ? {} : { not: {} }), $id } : { ...schema, $id };

const jsonSchema = z.union([z.boolean(), z.record(z.string(), z.json())]);

const document = z.looseObject({
  [ABOUT]: z.looseObject({
    format: z.literal(FORMAT),
    queues: z.record(z.string(), z.looseObject({ events: z.record(z.string(), z.string()) })),
  }),
  $defs: z.record(z.string(), jsonSchema),
});

/** The schemas of an exported document, or what is wrong with it. */
export const readDocument = (text: string): ContractSchemas | string => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return 'it is no JSON';
  }
  const about = z.looseObject({ [ABOUT]: z.looseObject({ format: z.number() }) }).safeParse(parsed);
  if (!about.success)
    return 'it is no export of a contract: make one by "typed-queue contract export --json-schema"';
  const { format } = about.data[ABOUT];
  if (format !== FORMAT) return `its format is ${format}, and this version of typed-queue reads ${FORMAT}`;
  const read = document.safeParse(parsed);
  return read.success
    ? schemasIn(read.data)
    : `it is damaged: ${z.prettifyError(read.error).split('\n').join(' ')}`;
};

const schemasIn = ({ [ABOUT]: about, $defs }: z.output<typeof document>): ContractSchemas | string => {
  const schemas = new Map<string, Map<string, JsonSchema>>();
  for (const [queue, { events }] of Object.entries(about.queues)) {
    const found = new Map<string, JsonSchema>();
    for (const [event, key] of Object.entries(events)) {
      const schema = Object.hasOwn($defs, key) ? $defs[key] : undefined;
      if (schema === undefined) return `it is damaged: the schema "${key}" is missing`;
      found.set(event, schema);
    }
    schemas.set(queue, found);
  }
  return schemas;
};
