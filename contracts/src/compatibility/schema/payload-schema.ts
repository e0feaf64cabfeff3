import type { StandardJSONSchemaV1 } from '@standard-schema/spec';
import type * as z from 'zod';
import type { PayloadSchema } from '../../payload-schema.js';
import { UNDECIDABLE, type JsonSchema } from '../json.js';
import { withLengthUnit } from '../length-unit.js';
import { isTooDeep, TOO_DEEP } from '../nesting.js';
import { arktypeSchema, type ArktypeSchema } from './arktype-schema.js';
import { convertedJson } from './converted-json.js';
import { valibotSchema, type ValibotSchema } from './valibot-schema.js';
import { zodOptions, type MetadataOf } from './zod-schema.js';

const TARGET = 'draft-2020-12';

/**
 * The JSON Schema of a payload. Where its library checks more than JSON Schema can say (a refinement by code, a
 * transformation, a type that JSON lacks), that part carries the keyword `x-undecidable` with the reason.
 *
 * zod and arktype convert themselves. For zod mini the converter of zod is loaded, for valibot the package
 * `@valibot/to-json-schema`, an optional peer: without it the whole payload is undecidable. A schema of another library
 * is undecidable as well: nobody knows what its converter leaves out.
 */
export const jsonSchemaOf = async (schema: PayloadSchema): Promise<JsonSchema> => {
  try {
    // A copy without what the converters add for themselves.
    const converted = convertedJson(await convert(schema));
    if (isTooDeep(converted)) return undecidable(TOO_DEEP);
    // Safe: a JSON Schema.
    return withLengthUnit(
      converted,
      schema['~standard'].vendor === 'zod' ? 'code-point' : 'utf-16',
    ) as JsonSchema;
  } catch (error) {
    if (error instanceof RangeError) return undecidable(TOO_DEEP);
    return undecidable(error instanceof Error ? error.message : String(error));
  }
};

const undecidable = (reason: string): JsonSchema => ({ [UNDECIDABLE]: reason });

const convert = async (schema: PayloadSchema): Promise<unknown> => {
  const { vendor } = schema['~standard'];
  switch (vendor) {
    case 'zod':
      return zod(schema);
    case 'arktype':
      // Safe: its vendor is arktype.
      return arktypeSchema(schema as unknown as ArktypeSchema);
    case 'valibot':
      return valibot(schema);
    default:
      return undecidable(`what ${vendor} checks beyond JSON Schema is not known`);
  }
};

const zod = async (schema: PayloadSchema): Promise<unknown> => {
  if (!Object.hasOwn(schema, '_zod'))
    return undecidable('what is made of a schema of zod, and may check more');
  // Safe: what is read of it is checked for.
  const { jsonSchema } = schema['~standard'] as Partial<StandardJSONSchemaV1.Props>;
  if (jsonSchema !== undefined) {
    return jsonSchema.input({ target: TARGET, libraryOptions: zodOptions(ownMetadata) });
  }
  const { globalRegistry, toJSONSchema } = await import('zod/v4/core');
  const options = zodOptions((part) => globalRegistry.get(part));
  // Safe: its vendor is zod.
  return toJSONSchema(schema as unknown as z.core.$ZodType, { target: TARGET, io: 'input', ...options });
};

/** Schemas of zod have a method for it, those of zod mini do not. */
const ownMetadata: MetadataOf = (part) =>
  // Safe: without an argument the method reads.
  'meta' in part && typeof part.meta === 'function' ? (part as { meta(): unknown }).meta() : undefined;

const valibot = async (schema: PayloadSchema): Promise<unknown> => {
  const converter = await import('@valibot/to-json-schema').catch(() => undefined);
  if (converter === undefined) return undecidable('valibot needs the package @valibot/to-json-schema');
  // Safe: its vendor is valibot.
  return valibotSchema(schema as unknown as ValibotSchema, converter.toJsonSchema);
};
