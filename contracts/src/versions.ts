import type { StandardSchemaV1 } from '@standard-schema/spec';
import { QueueError } from './errors.js';
import type { PayloadSchema } from './payload-schema.js';
import { findIssues } from './validate.js';

/** An earlier schema of an event, and how its payloads become those of the next version. */
export interface Version<Schema extends PayloadSchema = PayloadSchema, Next = unknown> {
  readonly schema: Schema;
  /** Pure and synchronous. May throw: the message then does not match the contract. */
  readonly upcast: (payload: never) => Next;
}

/** The versions of an event, the oldest first. The last is the schema of the event. */
export type VersionHistory = readonly [...Version[], PayloadSchema];

/** Declares an earlier version of an event; for `versions` of `defineQueue`. */
export const version = <Schema extends PayloadSchema, Next>(
  schema: Schema,
  upcast: (payload: StandardSchemaV1.InferOutput<Schema>) => Next,
): Version<Schema, Next> => ({ schema, upcast });

type PayloadOf<Entry> = Entry extends { readonly schema: infer Schema extends PayloadSchema }
  ? StandardSchemaV1.InferOutput<Schema>
  : Entry extends PayloadSchema
    ? StandardSchemaV1.InferOutput<Entry>
    : never;

/** What an upcast must make. Another name than `Version` keeps the error short. */
interface UpcastTo<Next> {
  readonly upcast: (payload: never) => Next;
}

/** The history where each upcast makes payloads of the version after it, and the last version is the event's. */
export type Upcasts<History extends readonly unknown[], Payload> = History extends readonly [
  infer Only extends PayloadSchema,
]
  ? PayloadOf<Only> extends Payload
    ? Payload extends PayloadOf<Only>
      ? readonly [Only]
      : readonly ['the last version must be the schema of the event']
    : readonly ['the last version must be the schema of the event']
  : History extends readonly [Version<infer Schema, infer Next>, infer Second, ...infer Rest]
    ? Next extends PayloadOf<Second>
      ? readonly [Version<Schema, Next>, ...Upcasts<readonly [Second, ...Rest], Payload>]
      : readonly [UpcastTo<PayloadOf<Second>>, ...unknown[]]
    : readonly ['versions are made by version(), the oldest first, and end with the schema of the event'];

/** What is wrong with the versions of a queue. */
export const wrongVersions = (
  events: Readonly<Record<string, PayloadSchema>>,
  versions: Readonly<Record<string, VersionHistory | undefined>>,
): readonly string[] =>
  Object.entries(versions).flatMap(([event, history]) => {
    if (!Object.hasOwn(events, event)) return [`it has versions of "${event}", but no such event`];
    if (history === undefined) return [];
    const isOfEvent = history.at(-1) === events[event];
    return isOfEvent ? [] : [`the last version of "${event}" is not the schema that it has in events`];
  });

/** The earlier versions of each event, the oldest first. */
export type EarlierVersions = Readonly<Record<string, readonly Version[]>>;

export const earlierVersions = (
  versions: Readonly<Record<string, VersionHistory | undefined>>,
): EarlierVersions =>
  Object.fromEntries(
    Object.entries(versions).map(([event, history = []]) => [
      event,
      // Safe: only the last is not a version.
      history.slice(0, -1) as unknown as readonly Version[],
    ]),
  );

/** The earlier versions of an event of a queue. */
export const versionsOf = (
  { versions = {} }: { readonly versions?: EarlierVersions | undefined },
  event: string,
): readonly Version[] => (Object.hasOwn(versions, event) ? versions[event] : undefined) ?? [];

/**
 * A payload as the event's schema has it, made from the newest earlier version whose schema it matches; undefined when it
 * matches none. Not validated by the event's schema.
 * @throws whatever an upcast throws
 */
export const upcast = (
  earlier: readonly Version[],
  payload: unknown,
): { readonly payload: unknown } | undefined => {
  const from = earlierVersionOf(earlier, payload);
  if (from < 0) return undefined;
  // Safe: the payload matches the schema of the version, and each upcast makes a payload of the next one.
  const steps = earlier.slice(from) as unknown as readonly { upcast: (payload: unknown) => unknown }[];
  // A copy: an upcast may change what it gets, and the payload is shown as it was stored when one fails.
  return { payload: steps.reduce((made, step) => step.upcast(made), structuredClone(payload)) };
};

/** The index of the newest earlier version whose schema a payload matches; -1: none. */
export const earlierVersionOf = (earlier: readonly Version[], payload: unknown): number =>
  earlier.findLastIndex(({ schema }) => matches(schema, payload));

const matches = (schema: PayloadSchema, payload: unknown): boolean => {
  try {
    return findIssues(schema, payload) === undefined;
  } catch (error) {
    if (error instanceof QueueError) return false;
    throw error;
  }
};
