import type { ConversionConfig, toJsonSchema } from '@valibot/to-json-schema';
import { UNDECIDABLE } from '../json.js';
import { convertedAction, INCLUDES_ITEM } from './valibot-actions.js';

type Convert = typeof toJsonSchema;
export type ValibotSchema = Parameters<Convert>[0];

/** They check nothing. */
const ANNOTATIONS = ['brand', 'flavor', 'readonly'];

/** Converts a schema of valibot by `@valibot/to-json-schema`, and names what JSON Schema cannot say. */
export const valibotSchema = (schema: ValibotSchema, convert: Convert): object => {
  // The converter looks only at what is in a pipe.
  if (someIn(schema, (part) => 'pipe' in part && 'fallback' in part)) return { [UNDECIDABLE]: FALLBACK };
  if (someIn(schema, includesItem)) return { [UNDECIDABLE]: INCLUDES_ITEM };
  if (someIn(schema, haveSeveralMultiples)) return { [UNDECIDABLE]: 'multiples of several numbers' };
  const whole = convert(schema, options);
  const begun = convert(schema, { ...options, typeMode: 'input' });
  if (JSON.stringify(begun) === JSON.stringify(whole)) return whole;
  // What comes in a pipe after another schema or a transformation is no part of what the converter says.
  return { ...marked(begun, whole), [UNDECIDABLE]: 'a pipe of several schemas, or a transformation' };
};

/** The schema with the marks that another has in the same places. */
const marked = (schema: object, other: object): object => {
  const marks = Object.entries(other).filter(([keyword]) => keyword === UNDECIDABLE);
  const parts = Object.entries(schema).map(([key, part]: [string, unknown]): [string, unknown] => {
    const same: unknown = new Map<string, unknown>(Object.entries(other)).get(key);
    const areObjects = typeof part === 'object' && part !== null && typeof same === 'object' && same !== null;
    return [key, areObjects && !Array.isArray(part) ? marked(part, same) : part];
  });
  return Object.fromEntries([...parts, ...marks]);
};

/** Why what the converter says may refuse what valibot accepts, or accept what it refuses: none of it can be kept. */
const untrueOf = (schema: ValibotSchema | object): string | undefined => {
  // It may be what the schema refuses.
  if ('fallback' in schema) return FALLBACK;
  if ('getter' in schema && typeof schema.getter === 'function' && schema.getter.length > 0)
    return 'a lazy schema that may depend on the value';
  const isInherited =
    'entries' in schema &&
    Object.keys(Object(schema.entries) as object).some((name) => name in Object.prototype);
  return isInherited ? 'a field that every object inherits, and so is never missing' : undefined;
};

const FALLBACK = 'a fallback changes the value';

const isTuple = (part: object): boolean => 'type' in part && part.type === 'tuple';

/** Whether a test passes for a schema or a part of it. */
const someIn = (schema: unknown, test: (part: object) => boolean, seen = new Set<unknown>()): boolean => {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return false;
  seen.add(schema);
  const parts: unknown[] = Object.values(schema);
  // What a lazy schema is may depend on the value.
  if ('getter' in schema && typeof schema.getter === 'function' && !seen.has(schema.getter)) {
    seen.add(schema.getter);
    // Safe: of its result only objects are looked at.
    parts.push((schema.getter as (value: unknown) => unknown)(undefined));
  }
  return test(schema) || parts.some((part) => someIn(part, test, seen));
};

/** The converter fails for an item that is no text. */
const includesItem = (part: object): boolean =>
  'type' in part && part.type === 'includes' && 'requirement' in part && typeof part.requirement !== 'string';

/** The converter writes the last one only. */
const haveSeveralMultiples = (part: object): boolean =>
  Array.isArray(part) && part.filter((action) => isMultiple(action)).length > 1;

const isMultiple = (action: unknown): boolean =>
  typeof action === 'object' && action !== null && 'type' in action && action.type === 'multiple_of';

const options: ConversionConfig = {
  target: 'draft-2020-12',
  errorMode: 'ignore',
  ignoreActions: ANNOTATIONS,
  overrideSchema: ({ valibotSchema, jsonSchema, errors }) => {
    const untrue = untrueOf(valibotSchema);
    if (untrue !== undefined) return { [UNDECIDABLE]: untrue };
    if (errors !== undefined) return { ...jsonSchema, [UNDECIDABLE]: errors[0] };
    // It drops further items, which changes the value.
    if (valibotSchema.type === 'tuple') return { ...jsonSchema, items: false };
    return valibotSchema.type === 'union' && someIn(valibotSchema, isTuple)
      ? { ...jsonSchema, [UNDECIDABLE]: 'a tuple among alternatives changes the value' }
      : undefined;
  },
  overrideAction: convertedAction,
};
