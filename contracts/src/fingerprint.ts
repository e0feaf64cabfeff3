import type { StandardJSONSchemaV1 } from '@standard-schema/spec';
import { keyHash } from './frame/key-hash.js';
import type { PayloadSchema } from './payload-schema.js';
import type { QueueDefinition } from './queue.js';

/**
 * Two definitions of a queue with the same fingerprint have the same events with the same schemas, as far as JSON
 * Schema can express them (a refinement by code is not seen). Null when the library of a schema does not implement
 * Standard JSON Schema, or has none for it. Clients and servers compare it first, without loading what makes the
 * canonical schemas (see `QueueSchemas`): the same schemas written in another way have another fingerprint.
 */
export const fingerprintOf = (queue: QueueDefinition): string | null => {
  try {
    const schemas = Object.entries(queue.events)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([event, schema]) => [event, jsonSchemaOf(schema)]);
    const text = JSON.stringify([queue.name, ...schemas]);
    // Two hashes of 32 bits: against accidental collisions, not deliberate ones.
    return hex(keyHash(text)) + hex(keyHash(`${text.length} ${text}`));
  } catch {
    return null;
  }
};

const hex = (hash: number): string => hash.toString(16).padStart(8, '0');

const jsonSchemaOf = (schema: PayloadSchema): unknown => {
  // Safe: what is read of it is checked for.
  const { jsonSchema } = schema['~standard'] as Partial<StandardJSONSchemaV1.Props>;
  if (jsonSchema === undefined) throw new Error('no Standard JSON Schema');
  return jsonSchema.input({ target: 'draft-2020-12' });
};
