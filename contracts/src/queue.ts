import type { StandardSchemaV1 } from '@standard-schema/spec';
import { QueueError } from './errors.js';
import { isEventDefinition, type DeclaredEvent, type FailuresIn, type SchemaOf } from './event.js';
import {
  ambiguousCodes,
  isSchema,
  wrongFailures,
  type EventFailures,
  type FailureDeclaration,
} from './failures.js';
import type { PayloadSchema, StorableSchema } from './payload-schema.js';
import {
  earlierVersions,
  wrongVersions,
  type EarlierVersions,
  type Upcasts,
  type VersionHistory,
} from './versions.js';

/** What is kept of a queue at least; older messages may be removed. Without bounds everything is kept. */
export interface Retention {
  /** Milliseconds. */
  readonly maxAgeMs?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxMessages?: number | undefined;
}

/**
 * What is kept of a queue's dead letters: older ones expire, and the server reports how many. Without bounds they stay
 * until they are redriven or discarded.
 */
export interface DeadLetterRetention {
  /** Milliseconds since the message was dead-lettered. */
  readonly maxAgeMs?: number | undefined;
  /** Approximate bytes of the newest dead letters that stay. */
  readonly maxBytes?: number | undefined;
}

/** A schema for the payload of each event. */
type SchemasOf<Payloads extends object> = {
  readonly [E in keyof Payloads]: PayloadSchema<Payloads[E]>;
};

/**
 * A named, ordered, durable log of messages: its events, each with the schema of its payload. It knows the types of the
 * payloads, and what comes with failures, not the types of the schemas, which are long.
 */
export interface QueueDefinition<
  Name extends string = string,
  Payloads extends object = Readonly<Record<string, unknown>>,
  Failures extends FailureDeclaration = FailureDeclaration,
> {
  readonly name: Name;
  readonly events: SchemasOf<Payloads>;
  /** Of all events. Absent: only the server knows them. */
  readonly failures?: readonly Failures[] | undefined;
  readonly retention: Retention;
  readonly deadLetters: DeadLetterRetention;
  /** Of some events. */
  readonly versions?: EarlierVersions | undefined;
}

type DeclaredEvents = Readonly<Record<string, DeclaredEvent>>;

/** Milliseconds, for `retention`. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A queue's name is also a Socket.IO room, a folder and a metric label. */
const QUEUE_NAME = /^[a-z][a-z0-9_-]{0,62}$/;
const EVENT_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,62}$/;
/** A frame names its events by one byte. */
const MAX_EVENTS = 255;

/** What `versions` must be for these events. */
type VersionsOf<Versions, Events extends DeclaredEvents> = {
  readonly [E in keyof Versions]: E extends keyof Events
    ? | Upcasts<Extract<Versions[E], readonly unknown[]>, PayloadOf<Events[E]>>
      | Extract<Versions[E], undefined>
    : 'the queue has no such event';
};

type PayloadOf<Declared extends DeclaredEvent> = StandardSchemaV1.InferOutput<SchemaOf<Declared>>;

/** What a declared event must be: its schema can be stored. `event` asks that of its own. */
type Storable<Declared extends DeclaredEvent> = [Declared] extends [PayloadSchema]
  ? StorableSchema<Declared>
  : Declared;

/**
 * Declares a queue. Everything else, compile-time and run-time, is derived from it.
 * @throws QueueError `contract_invalid` when a name or the number of events cannot work.
 */
export const defineQueue = <
  const Name extends string,
  Events extends DeclaredEvents,
  // Without `versions`: none.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  const Versions extends { readonly [E in keyof Events]?: VersionHistory | undefined } = {},
>(
  name: Name,
  options: {
    readonly events: { readonly [E in keyof Events]: Storable<Events[E]> };
    readonly retention?: Retention | undefined;
    readonly deadLetters?: DeadLetterRetention | undefined;
    /**
     * How consumers read payloads that were published by earlier schemas of an event:
     * `{ placed: [version(placed1, (one) => two), placed] }`. The server validates by the last one, that of the event.
     */
    readonly versions?: (Versions & VersionsOf<Versions, Events>) | undefined;
  },
): QueueDefinition<
  Name,
  { readonly [E in keyof Events]: PayloadOf<Events[E]> },
  { [E in keyof Events & string]: FailuresIn<E, Events[E]> }[keyof Events & string]
> => {
  const { retention = {}, deadLetters = {} } = options;
  // Safe: the compiler checked more than these types say.
  const versions = (options.versions ?? {}) as Readonly<Record<string, VersionHistory | undefined>>;
  const { schemas, failures } = partsOf(options.events as DeclaredEvents);
  const wrong = problemsOf(name, { events: schemas, failures, retention, deadLetters }, versions);
  if (wrong.length > 0) {
    throw new QueueError('contract_invalid', `Queue "${name}": ${wrong.join('; ')}.`, { details: { wrong } });
  }
  const queue = { name, events: schemas, failures: declarationsOf(failures), retention, deadLetters };
  // Safe: each event has its schema and its failures.
  return Object.freeze(
    options.versions === undefined ? queue : { ...queue, versions: earlierVersions(versions) },
  ) as unknown as ReturnType<typeof defineQueue<Name, Events, Versions>>;
};

/** The schemas of all events, and the failures of those that declare some. */
const partsOf = (events: DeclaredEvents) => {
  const schemas: Record<string, PayloadSchema> = {};
  const failures: Record<string, EventFailures> = {};
  for (const [name, declared] of Object.entries(events)) {
    if (isEventDefinition(declared)) {
      schemas[name] = declared.schema;
      failures[name] = declared.failures;
    } else schemas[name] = declared;
  }
  return { schemas, failures };
};

const declarationsOf = (failures: Readonly<Record<string, EventFailures>>): readonly FailureDeclaration[] =>
  Object.entries(failures).flatMap(([event, declared]) =>
    Object.entries(declared).map(([code, options]) => ({ event, code, ...options })),
  );

const problemsOf = (
  name: string,
  queue: Pick<QueueDefinition, 'events' | 'retention' | 'deadLetters'> & {
    readonly failures: Readonly<Record<string, EventFailures>>;
  },
  versions: Readonly<Record<string, VersionHistory | undefined>>,
): readonly string[] => {
  const { retention, deadLetters } = queue;
  const events = Object.keys(queue.events);
  return [
    ...(QUEUE_NAME.test(name) ? [] : [`the queue name "${name}" does not match ${String(QUEUE_NAME)}`]),
    ...events
      .filter((event) => !EVENT_NAME.test(event))
      .map((event) => `the event name "${event}" does not match ${String(EVENT_NAME)}`),
    ...(events.length === 0 ? ['it has no events'] : []),
    ...Object.entries(queue.events).flatMap(([event, schema]) =>
      isSchema(schema) ? [] : [`the event "${event}" has no schema (https://standardschema.dev)`],
    ),
    ...wrongBounds('retention', retention, ['maxAgeMs', 'maxBytes', 'maxMessages']),
    ...wrongBounds('deadLetters', deadLetters, ['maxAgeMs', 'maxBytes']),
    ...wrongVersions(queue.events, versions),
    ...Object.entries(queue.failures).flatMap(([event, failures]) => wrongFailures(event, failures)),
    ...ambiguousCodes(queue.failures),
    ...(events.length > MAX_EVENTS ? [`it has ${events.length} events, more than ${MAX_EVENTS}`] : []),
  ];
};

/** Bounds are positive numbers with known names: a misspelt name would silently keep everything. */
const wrongBounds = (what: string, bounds: object, names: readonly string[]): string[] =>
  Object.entries(bounds).flatMap(([name, bound]) => {
    if (!names.includes(name)) return [`${what} has no bound "${name}", only ${names.join(' and ')}`];
    const isBound = bound === undefined || (typeof bound === 'number' && bound > 0);
    return isBound ? [] : [`${what}.${name} is ${String(bound)}, not a positive number`];
  });
