import type { StandardJSONSchemaV1 } from '@standard-schema/spec';
import { keyHash } from './frame/key-hash.js';
import type { PayloadSchema, QueueDefinition } from './queue.js';

/**
 * Names a queue's definition: two that have the same fingerprint have the same events with the same schemas, as far
 * as JSON Schema can tell them (a refinement by code is not seen). Null when a schema cannot say what it is:
 * its library does not implement Standard JSON Schema, or has no JSON Schema for it.
 */
export const fingerprintOf = (queue: QueueDefinition): string | null => {
  try {
    const schemas = Object.entries(queue.events)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([event, schema]) => [event, jsonSchemaOf(schema)]);
    const text = JSON.stringify([queue.name, ...schemas]);
    // Two hashes of 32 bits: enough to tell apart what people change, not meant against those who want to collide.
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
