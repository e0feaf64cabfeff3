import type {
  EventFailureSchemas,
  FailureSchema,
  Json,
  JsonSchema,
} from '@typed-queue/contracts/compatibility';
import * as z from 'zod';
import type { CallPart, ContractSchemas, EventPart, QueuePart } from './contract-schemas.js';

/** Of the documents that this version writes. */
const FORMAT = 1;
const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const ABOUT = 'x-typed-queue';

/**
 * A JSON Schema 2020-12 bundle: one schema for each event, for the input and output of each call, and for the data of each
 * failure, with an `$id` of its own, so that references inside it stay as they are. As a whole it is the schema of a message, `{ queue, event, payload }`.
 */
export const exportDocument = (schemas: ContractSchemas): Readonly<Record<string, Json>> => {
  const queues = [...schemas].map(([queue, parts]) => ({ queue, parts: [...parts] }));
  const messages = queues.flatMap(({ queue, parts }) =>
    parts.filter(([, { kind }]) => kind === 'event').map(([event]) => messageSchema(queue, event)),
  );
  return {
    $schema: DRAFT,
    title: 'A contract of typed-queue',
    [ABOUT]: {
      format: FORMAT,
      queues: Object.fromEntries(queues.map(({ queue, parts }) => [queue, namesIn(queue, parts)])),
    },
    ...(messages.length === 0 ? { not: {} } : { anyOf: messages }),
    $defs: Object.fromEntries(
      queues.flatMap(({ queue, parts }) =>
        parts.flatMap(([name, part]) => [
          ...partSchemas(queue, name, part),
          ...dataSchemas(queue, name, part.failures),
        ]),
      ),
    ),
  };
};

const keyOf = (queue: string, event: string): string => `${queue}.${event}`;
const idOf = (...names: readonly string[]): string => ['urn:typed-queue', ...names].join(':');
/** No name of an event has a colon. */
const dataKeyOf = (queue: string, event: string, code: string): string => `${keyOf(queue, event)}:${code}`;

/** No code of a failure has a colon. */
const endKeyOf = (queue: string, call: string, end: 'input' | 'output'): string =>
  `${keyOf(queue, call)}::${end}`;

const partSchemas = (
  queue: string,
  name: string,
  part: QueuePart,
): readonly (readonly [string, JsonSchema])[] =>
  part.kind === 'event'
    ? [[keyOf(queue, name), identified(part.schema, idOf(queue, name))]]
    : (['input', 'output'] as const).map((end) => [
        endKeyOf(queue, name, end),
        identified(part[end], idOf(queue, name, '', end)),
      ]);

/** The names of a queue's events, calls and failures, with the keys of their schemas. */
const namesIn = (queue: string, parts: readonly (readonly [string, QueuePart])[]): Json => {
  const calls = parts.flatMap(([name, part]): [string, Json][] =>
    part.kind === 'call' ? [[name, callNames(queue, name, part)]] : [],
  );
  const failing = parts.filter(([, { failures }]) => Object.keys(failures).length > 0);
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
    events: Object.fromEntries(
      parts.filter(([, { kind }]) => kind === 'event').map(([event]) => [event, keyOf(queue, event)]),
    ),
    ...(calls.length > 0 && { calls: Object.fromEntries(calls) }),
    ...(failures.length > 0 && { failures: Object.fromEntries(failures) }),
  };
};

const callNames = (queue: string, name: string, { answering, timeoutMs }: CallPart): Json => ({
  input: endKeyOf(queue, name, 'input'),
  output: endKeyOf(queue, name, 'output'),
  answering: { ...answering },
  timeoutMs,
});

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

const answering = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('once'), idempotent: z.boolean() }),
  z.looseObject({ kind: z.literal('durable'), answerForMs: z.number() }),
  z.looseObject({ kind: z.literal('stream') }),
]);

const call = z.looseObject({ input: z.string(), output: z.string(), answering, timeoutMs: z.number() });

const queue = z.looseObject({
  events: z.record(z.string(), z.string()),
  /** Older builds did not write them. */
  calls: z.record(z.string(), call).default({}),
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
  return new Map(Object.entries(about.queues).map(([name, exported]) => [name, partsIn(exported, schemaAt)]));
};

const partsIn = (
  { events, calls, failures }: ExportedQueue,
  schemaAt: (key: string) => JsonSchema,
): ReadonlyMap<string, QueuePart> => {
  const failing = (name: string): Pick<EventPart, 'failures'> => ({
    failures: failuresIn(Object.hasOwn(failures, name) ? (failures[name] ?? {}) : {}, schemaAt),
  });
  return new Map<string, QueuePart>([
    ...Object.entries(events).map(
      ([event, key]) => [event, { kind: 'event', schema: schemaAt(key), ...failing(event) }] as const,
    ),
    ...Object.entries(calls).map(
      ([name, { input, output, answering, timeoutMs }]) =>
        [
          name,
          {
            kind: 'call',
            input: schemaAt(input),
            output: schemaAt(output),
            answering,
            timeoutMs,
            ...failing(name),
          },
        ] as const,
    ),
  ]);
};

/** Of all schemas. */
const keysIn = ({ events, calls, failures }: ExportedQueue): readonly string[] => [
  ...Object.values(events),
  ...Object.values(calls).flatMap(({ input, output }) => [input, output]),
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
