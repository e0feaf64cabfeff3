import type * as z from 'zod';

export type Schema = z.core.$ZodType;

export type Definition = z.core.$ZodTypes['_zod']['def'];

export const definitionOf = (schema: Schema): Definition =>
  // Safe: zod's own schemas are all that `$ZodTypes` lists; others fall through to the unknown types.
  (schema as z.core.$ZodTypes)._zod.def;

/** The schemas that a schema is made of. */
const partsOf = (schema: Schema): readonly Schema[] => {
  const def = definitionOf(schema);
  if (def.type === 'object')
    return [...Object.values(def.shape), ...(def.catchall === undefined ? [] : [def.catchall])];
  if (def.type === 'array') return [def.element];
  if (def.type === 'tuple') return [...def.items, ...(def.rest === null ? [] : [def.rest])];
  if (def.type === 'record') return [def.keyType, def.valueType];
  if (def.type === 'union') return def.options;
  if (def.type === 'intersection') return [def.left, def.right];
  if (def.type === 'pipe') return [def.in, def.out];
  if (def.type === 'lazy') return [def.getter()];
  return 'innerType' in def ? [def.innerType] : [];
};

type Test = (part: Schema) => boolean;

/** Whether a test passes for a schema or one that it is made of. */
export const someIn = (schema: Schema, test: Test): boolean => isFound(schema, test, new Set());

/** Whether a test passes for one that a schema is made of. */
export const someBelow = (schema: Schema, test: Test): boolean => {
  const seen = new Set<Schema>();
  return partsOf(schema).some((part) => isFound(part, test, seen));
};

const isFound = (schema: Schema, test: Test, seen: Set<Schema>): boolean => {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return test(schema) || partsOf(schema).some((part) => isFound(part, test, seen));
};
