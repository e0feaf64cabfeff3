import type { StandardJSONSchemaV1 } from '@standard-schema/spec';
import type * as z from 'zod';
import { keyHash } from './frame/key-hash.js';
import type { PayloadSchema } from './payload-schema.js';
import type { QueueDefinition } from './queue.js';

/**
 * Two definitions of a queue with the same fingerprint have the same events with the same schemas, as far as JSON
 * Schema and the names and options of zod's types and checks can express them. The code of functions is not seen, and of
 * other libraries only the JSON Schema: both surely accept the same only where one side is decidable and of zod. A server
 * offers no other fingerprint. Null when the library of a schema does not implement Standard JSON Schema, or has none for
 * it. Clients and servers compare it first, without loading what makes the canonical schemas (see `QueueSchemas`): the
 * same schemas written in another way have another fingerprint.
 */
export const fingerprintOf = (queue: QueueDefinition): string | null => {
  try {
    const events = Object.entries(queue.events).map(([event, schema]) =>
      JSON.stringify([event, ...described(schema)]),
    );
    const text = [queue.name, ...events.sort()].join();
    // Two hashes of 32 bits: against accidental collisions, not deliberate ones.
    return `${keyHash(text)}-${keyHash(`${text.length}${text}`)}`;
  } catch {
    return null;
  }
};

/** The JSON Schema, and what its parts are made of: what JSON Schema does not express is a part of another kind. */
const described = (schema: PayloadSchema): readonly unknown[] => {
  const { vendor } = schema['~standard'];
  if (vendor === 'zod' && !Object.hasOwn(schema, '_zod')) throw new Error('It may check more than zod.');
  // Safe: without it, the call throws.
  const { jsonSchema } = schema[
    '~standard'
  ] as Partial<StandardJSONSchemaV1.Props> as StandardJSONSchemaV1.Props;
  const parts = new Set<string>();
  /** Called by zod alone. */
  const override = ({ zodSchema }: { readonly zodSchema: z.core.$ZodType }): void => {
    for (const { _zod } of [zodSchema, ...(zodSchema._zod.def.checks ?? [])])
      parts.add(String(Object.entries(_zod.def).map(optionText)));
  };
  const converted = jsonSchema.input({ target: 'draft-2020-12', libraryOptions: { override } });
  return [converted, ...[...parts].sort()];
};

/** Functions by name only: some are messages, and those that check are of a part that is undecidable. */
const optionText = ([name, value]: [string, unknown]): string =>
  typeof value === 'function' ? name : name + String(value);
