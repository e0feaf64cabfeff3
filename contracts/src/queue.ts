import type { StandardSchemaV1 } from '@standard-schema/spec';
import { QueueError } from './errors.js';
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
 * payloads, not those of the schemas, which are long.
 */
export interface QueueDefinition<
  Name extends string = string,
  Payloads extends object = Readonly<Record<string, unknown>>,
> {
  readonly name: Name;
  readonly events: SchemasOf<Payloads>;
  readonly retention: Retention;
  readonly deadLetters: DeadLetterRetention;
  /** Of some events. */
  readonly versions?: EarlierVersions | undefined;
}

type Schemas = Readonly<Record<string, PayloadSchema>>;

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
type VersionsOf<Versions, Events extends Schemas> = {
  readonly [E in keyof Versions]: E extends keyof Events
    ? | Upcasts<Extract<Versions[E], readonly unknown[]>, StandardSchemaV1.InferOutput<Events[E]>>
      | Extract<Versions[E], undefined>
    : 'the queue has no such event';
};

/**
 * Declares a queue. Everything else, compile-time and run-time, is derived from it.
 * @throws QueueError `contract_invalid` when a name or the number of events cannot work.
 */
export const defineQueue = <
  const Name extends string,
  Events extends Schemas,
  // Without `versions`: none.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  const Versions extends { readonly [E in keyof Events]?: VersionHistory | undefined } = {},
>(
  name: Name,
  options: {
    readonly events: { readonly [E in keyof Events]: StorableSchema<Events[E]> };
    readonly retention?: Retention | undefined;
    readonly deadLetters?: DeadLetterRetention | undefined;
    /**
     * How consumers read payloads that were published by earlier schemas of an event:
     * `{ placed: [version(placed1, (one) => two), placed] }`. The server validates by the last one, that of the event.
     */
    readonly versions?: (Versions & VersionsOf<Versions, Events>) | undefined;
  },
): QueueDefinition<Name, { readonly [E in keyof Events]: StandardSchemaV1.InferOutput<Events[E]> }> => {
  const { retention = {}, deadLetters = {} } = options;
  // Safe: the compiler checked more than this type says.
  const versions = (options.versions ?? {}) as Readonly<Record<string, VersionHistory | undefined>>;
  // Safe: of a schema that compiles, `StorableSchema` is the schema itself.
  const schemas = options.events as QueueDefinition<
    Name,
    { readonly [E in keyof Events]: StandardSchemaV1.InferOutput<Events[E]> }
  >['events'];
  const wrong = problemsOf(name, schemas, versions, { retention, deadLetters });
  if (wrong.length > 0) {
    throw new QueueError('contract_invalid', `Queue "${name}": ${wrong.join('; ')}.`, { details: { wrong } });
  }
  const queue = { name, events: schemas, retention, deadLetters };
  return Object.freeze(
    options.versions === undefined ? queue : { ...queue, versions: earlierVersions(versions) },
  );
};

const problemsOf = (
  name: string,
  schemas: Schemas,
  versions: Readonly<Record<string, VersionHistory | undefined>>,
  { retention, deadLetters }: Pick<QueueDefinition, 'retention' | 'deadLetters'>,
): readonly string[] => {
  const events = Object.keys(schemas);
  return [
    ...(QUEUE_NAME.test(name) ? [] : [`the queue name "${name}" does not match ${String(QUEUE_NAME)}`]),
    ...events
      .filter((event) => !EVENT_NAME.test(event))
      .map((event) => `the event name "${event}" does not match ${String(EVENT_NAME)}`),
    ...(events.length === 0 ? ['it has no events'] : []),
    ...wrongBounds('retention', retention, ['maxAgeMs', 'maxBytes', 'maxMessages']),
    ...wrongBounds('deadLetters', deadLetters, ['maxAgeMs', 'maxBytes']),
    ...wrongVersions(schemas, versions),
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
