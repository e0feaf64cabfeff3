import type { QueueDefinition } from '../queue.js';
import { compareSchemas, type Comparison } from './schema-comparison.js';
import { jsonSchemaOf } from './schema/payload-schema.js';
import { canonicalSchemaOf, sha256Of } from './shape/canonical.js';
import { shapeOf } from './shape/parse.js';
import type { Inclusion } from './inclusion.js';
import { textOf, type Json, type JsonSchema } from './json.js';

/** The JSON Schemas of a queue's events, and one hash for all of them. */
export interface QueueSchemas {
  /** Of the canonical schemas, in hex: the same where all events mean the same, however they are written. */
  readonly hash: string;
  readonly events: Readonly<Record<string, JsonSchema>>;
}

/** Reads the schemas of a queue; what their libraries check beyond JSON Schema is marked, see `undecidableIn`. */
export const schemasOf = async ({ events }: QueueDefinition): Promise<QueueSchemas> => {
  const schemas = await Promise.all(
    Object.entries(events).map(async ([event, schema]) => [event, await jsonSchemaOf(schema)] as const),
  );
  return queueSchemas(Object.fromEntries(schemas));
};

/** From JSON Schemas that were sent or stored. */
export const queueSchemas = (events: Readonly<Record<string, JsonSchema>>): QueueSchemas => {
  const canonical = Object.entries(events)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([event, schema]): Json => [event, canonicalSchemaOf(shapeOf(schema))]);
  return { hash: sha256Of(textOf(canonical)), events };
};

/** The same schema in the one form that all its spellings have: without annotations, keys and lists sorted. */
export const canonicalSchema = (schema: JsonSchema): JsonSchema => canonicalSchemaOf(shapeOf(schema));

const HOLDS = { kind: 'holds' } as const;
const REMOVED: Inclusion = {
  kind: 'fails',
  differences: [{ kind: 'fails', pointer: '', rule: 'event-removed' }],
};

/**
 * Compares each event of both sides. One that only we have is `readable`: it never comes, but what we publish is refused.
 * One that only the other side has is `writable`: we never publish it, but cannot read it.
 */
export const compareQueues = (
  own: QueueSchemas,
  other: QueueSchemas,
): Readonly<Record<string, Comparison>> => {
  const names = [...new Set([...Object.keys(own.events), ...Object.keys(other.events)])].sort();
  return Object.fromEntries(
    names.map((name) => [name, compareEvent(eventOf(own, name), eventOf(other, name))]),
  );
};

const eventOf = ({ events }: QueueSchemas, name: string): JsonSchema | undefined =>
  Object.hasOwn(events, name) ? events[name] : undefined;

const compareEvent = (own: JsonSchema | undefined, other: JsonSchema | undefined): Comparison => {
  if (other === undefined) return { verdict: 'readable', read: HOLDS, write: REMOVED };
  if (own === undefined) return { verdict: 'writable', read: REMOVED, write: HOLDS };
  return compareSchemas(own, other);
};
