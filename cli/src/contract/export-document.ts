import type {
  EventFailureSchemas,
  FailureSchema,
  Json,
  JsonSchema,
} from '@typed-queue/contracts/compatibility';
import * as z from 'zod';
import type { ContractSchemas, EventSchema } from './contract-schemas.js';

/** Of the documents that this version writes. */
const FORMAT = 1;
const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const ABOUT = 'x-typed-queue';

/**
 * A JSON Schema 2020-12 bundle: one schema for each event and for the data of each failure, with an `$id` of its own, so
 * that references inside it stay as they are. As a whole it is the schema of a message, `{ queue, event, payload }`.
 */
export const exportDocument = (schemas: ContractSchemas): Readonly<Record<string, Json>> => {
  const queues = [...schemas].map(([queue, events]) => ({ queue, events: [...events] }));
  return {
    $schema: DRAFT,
    title: 'A contract of typed-queue',
    [ABOUT]: {
      format: FORMAT,
      queues: Object.fromEntries(queues.map(({ queue, events }) => [queue, namesIn(queue, events)])),
    },
    anyOf: queues.flatMap(({ queue, events }) => events.map(([event]) => messageSchema(queue, event))),
    $defs: Object.fromEntries(
      queues.flatMap(({ queue, events }) =>
        events.flatMap(([event, { schema, failures }]) => [
          [keyOf(queue, event), identified(schema, idOf(queue, event))] as const,
          ...dataSchemas(queue, event, failures),
        ]),
      ),
    ),
  };
};

const keyOf = (queue: string, event: string): string => `${queue}.${event}`;
const idOf = (...names: readonly string[]): string => ['urn:typed-queue', ...names].join(':');
/** No name of an event has a colon. */
const dataKeyOf = (queue: string, event: string, code: string): string => `${keyOf(queue, event)}:${code}`;

/** The names of a queue's events and failures, with the keys of their schemas. */
const namesIn = (queue: string, events: readonly (readonly [string, EventSchema])[]): Json => {
  const failing = events.filter(([, { failures }]) => Object.keys(failures).length > 0);
  const failures = failing.map(([event, { failures }]): [string, Json] => [
    event,
    Object.fromEntries(
      Object.entries(failures).map(([code, { data, ...rest }]): [string, Json] => [
        code,
        { ...policy(rest), ...(data !== undefined && { data: dataKeyOf(queue, event, code) }) },
      ]),
    ),
  ]);
  return {
    events: Object.fromEntries(events.map(([event]) => [event, keyOf(queue, event)])),
    ...(failures.length > 0 && { failures: Object.fromEntries(failures) }),
  };
};

const policy = ({ retry, retryDelaysMs }: Omit<FailureSchema, 'data'>) => ({
  retry,
  ...(retryDelaysMs !== undefined && { retryDelaysMs: [...retryDelaysMs] }),
});

const dataSchemas = (
  queue: string,
  event: string,
  failures: EventFailureSchemas,
): readonly (readonly [string, JsonSchema])[] =>
  Object.entries(failures).flatMap(([code, { data }]) =>
    data === undefined
      ? []
      : [[dataKeyOf(queue, event, code), identified(data, idOf(queue, event, code))] as const],
  );

const messageSchema = (queue: string, event: string): Json => ({
  type: 'object',
  properties: { queue: { const: queue }, event: { const: event }, payload: { $ref: idOf(queue, event) } },
  required: ['queue', 'event', 'payload'],
});

const identified = (schema: JsonSchema, $id: string): JsonSchema =>
  typeof schema === 'boolean' ? { ...(schema ? {} : { not: {} }), $id } : { ...schema, $id };

const jsonSchema = z.union([z.boolean(), z.record(z.string(), z.json())]);

const failure = z.looseObject({
  retry: z.boolean(),
  retryDelaysMs: z.array(z.number()).optional(),
  data: z.string().optional(),
});

const queue = z.looseObject({
  events: z.record(z.string(), z.string()),
  /** Older builds did not write them. */
  failures: z.record(z.string(), z.record(z.string(), failure)).default({}),
});

type ExportedQueue = z.output<typeof queue>;

const document = z.looseObject({
  [ABOUT]: z.looseObject({ format: z.literal(FORMAT), queues: z.record(z.string(), queue) }),
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
  const missing = Object.values(about.queues)
    .flatMap(keysIn)
    .find((key) => !Object.hasOwn($defs, key));
  if (missing !== undefined) return `it is damaged: the schema "${missing}" is missing`;
  const schemaAt = (key: string): JsonSchema => $defs[key] ?? true;
  const eventIn = ({ events, failures }: ExportedQueue, event: string): EventSchema => ({
    schema: schemaAt(events[event] ?? ''),
    failures: failuresIn(Object.hasOwn(failures, event) ? (failures[event] ?? {}) : {}, schemaAt),
  });
  return new Map(
    Object.entries(about.queues).map(([name, exported]) => [
      name,
      new Map(Object.keys(exported.events).map((event) => [event, eventIn(exported, event)])),
    ]),
  );
};

/** Of all schemas. */
const keysIn = ({ events, failures }: ExportedQueue): readonly string[] => [
  ...Object.values(events),
  ...Object.values(failures).flatMap((codes) =>
    Object.values(codes).flatMap(({ data }) => (data === undefined ? [] : [data])),
  ),
];

const failuresIn = (
  failures: Readonly<Record<string, z.output<typeof failure>>>,
  schemaAt: (key: string) => JsonSchema,
): EventFailureSchemas =>
  Object.fromEntries(
    Object.entries(failures).map(([code, { data, ...rest }]) => [
      code,
      { ...policy(rest), ...(data !== undefined && { data: schemaAt(data) }) },
    ]),
  );
