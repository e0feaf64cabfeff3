import type { StandardSchemaV1 } from '@standard-schema/spec';
import { QueueError } from './errors.js';
import type { CallDeclaration, CallDefinition, DeclaredCall } from './call.js';
import type { DeclaredEvent, FailuresIn, SchemaOf } from './event.js';
import type { FailureDeclaration } from './failures.js';
import { failuresOf, partsOf, wrongParts, type DeclaredEvents, type QueueParts } from './queue-parts.js';
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
  // Without `calls`: none.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  Calls extends Readonly<Record<string, CallDeclaration>> = {},
> {
  readonly name: Name;
  readonly events: SchemasOf<Payloads>;
  readonly calls?: Calls | undefined;
  /** Of all events and calls. Absent: only the server knows them. */
  readonly failures?: readonly Failures[] | undefined;
  readonly retention: Retention;
  readonly deadLetters: DeadLetterRetention;
  /** Of some events. */
  readonly versions?: EarlierVersions | undefined;
}

/** Any queue, with any calls. */
export type AnyQueue = QueueDefinition<
  string,
  Readonly<Record<string, unknown>>,
  FailureDeclaration,
  Readonly<Record<string, CallDeclaration>>
>;

interface VersionHistories {
  readonly versions: Readonly<Record<string, VersionHistory | undefined>>;
}

/** Milliseconds, for `retention`. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A queue's name is also a Socket.IO room, a folder and a metric label. */
const QUEUE_NAME = /^[a-z][a-z0-9_-]{0,62}$/;

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
  { readonly [E in keyof Events as Events[E] extends CallDefinition ? never : E]: PayloadOf<Events[E]> },
  { [E in keyof Events & string]: FailuresIn<E, Events[E]> }[keyof Events & string],
  { readonly [E in keyof Events as Events[E] extends CallDefinition ? E : never]: DeclaredCall<Events[E]> }
> => {
  const { retention = {}, deadLetters = {} } = options;
  // Safe: the compiler checked more than these types say.
  const versions = (options.versions ?? {}) as Readonly<Record<string, VersionHistory | undefined>>;
  const parts = partsOf(options.events as DeclaredEvents);
  const wrong = problemsOf(name, parts, { versions, retention, deadLetters });
  if (wrong.length > 0) {
    throw new QueueError('contract_invalid', `Queue "${name}": ${wrong.join('; ')}.`, { details: { wrong } });
  }
  const queue = { ...parts, name, failures: failuresOf(parts), retention, deadLetters };
  // Safe: each event has its schema and its failures, each call what it declares.
  return Object.freeze(
    options.versions === undefined ? queue : { ...queue, versions: earlierVersions(versions) },
  ) as unknown as ReturnType<typeof defineQueue<Name, Events, Versions>>;
};

const problemsOf = (
  name: string,
  parts: QueueParts,
  { versions, retention, deadLetters }: Pick<QueueDefinition, 'retention' | 'deadLetters'> & VersionHistories,
): readonly string[] => [
  ...(QUEUE_NAME.test(name) ? [] : [`the queue name "${name}" does not match ${String(QUEUE_NAME)}`]),
  ...wrongParts(parts),
  ...wrongBounds('retention', retention, ['maxAgeMs', 'maxBytes', 'maxMessages']),
  ...wrongBounds('deadLetters', deadLetters, ['maxAgeMs', 'maxBytes']),
  ...wrongVersions(parts.events, versions),
];

/** Bounds are positive numbers with known names: a misspelt name would silently keep everything. */
const wrongBounds = (what: string, bounds: object, names: readonly string[]): string[] =>
  Object.entries(bounds).flatMap(([name, bound]) => {
    if (!names.includes(name)) return [`${what} has no bound "${name}", only ${names.join(' and ')}`];
    const isBound = bound === undefined || (typeof bound === 'number' && bound > 0);
    return isBound ? [] : [`${what}.${name} is ${String(bound)}, not a positive number`];
  });
