import type { StandardJSONSchemaV1 } from '@standard-schema/spec';
import type * as z from 'zod';
import { keyHash } from './frame/key-hash.js';
import type { PayloadSchema } from './payload-schema.js';
import type { QueueDefinition } from './queue.js';

/**
 * Two definitions of a queue with the same fingerprint have the same events with the same schemas, as far as JSON
 * Schema and the names and options of types and checks can express them. The code of functions is not seen: both
 * surely accept the same only where one side is known to be decidable (see `servedFingerprintOf`). Null when a schema is
 * not one of zod, or JSON Schema has none for it. Clients and servers compare it first, without loading what makes the
 * canonical schemas (see `QueueSchemas`): the same schemas written in another way have another fingerprint.
 */
export const fingerprintOf = (queue: QueueDefinition): string | null => {
  try {
    const events = Object.entries(queue.events).map(([event, schema]) =>
      JSON.stringify([event, ...described(schema)]),
    );
    const text = [queue.name, ...events.sort()].join();
    // Two hashes of 32 bits: against accidental collisions, not deliberate ones.
    return [text, text.length + text].map((part) => keyHash(part).toString(16)).join('-');
  } catch {
    return null;
  }
};

/** The JSON Schema, and what its parts are made of: what JSON Schema does not express is a part of another kind. */
const described = (schema: PayloadSchema): readonly unknown[] => {
  // Safe: without it, the call throws.
  const { jsonSchema } = schema[
    '~standard'
  ] as Partial<StandardJSONSchemaV1.Props> as StandardJSONSchemaV1.Props;
  const parts = new Set<string>();
  const override = ({ zodSchema }: { readonly zodSchema: z.core.$ZodType }): void => {
    for (const { _zod } of [zodSchema, ...(zodSchema._zod.def.checks ?? [])])
      parts.add(String(Object.entries(_zod.def).map(optionText)));
  };
  const converted = jsonSchema.input({ target: 'draft-2020-12', libraryOptions: { override } });
  // Other libraries do not call it.
  if (!parts.size) throw parts;
  return [converted, ...[...parts].sort()];
};

/** Functions by name only: some are messages, and those that check are of a part that is undecidable. */
const optionText = ([name, value]: [string, unknown]): string =>
  typeof value === 'function' ? name : name + String(value);
