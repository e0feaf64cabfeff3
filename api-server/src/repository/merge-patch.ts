import type { Field, Structure } from '../models/structure.js';

/** JSON merge patch (RFC 7396): null removes a field; objects are merged, everything else is replaced. */
export type MergePatch<F> = { readonly [K in keyof F]?: Merge<F[K]> | null };

type Merge<V> = V extends readonly unknown[] ? V : V extends object ? MergePatch<V> : V;

type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldOf = (structure: Structure, name: string): Field | undefined =>
  Object.hasOwn(structure, name) ? structure[name] : undefined;

/**
 * What a patch makes of an object, unchecked. A field that must be there is not removed by null but set to it, so that
 * one that may be null can become so.
 */
export const merged = (structure: Structure, target: JsonObject, patch: JsonObject): JsonObject => {
  const result = new Map(Object.entries(target));
  for (const [name, value] of Object.entries(patch)) {
    const field = fieldOf(structure, name);
    if (value === undefined || (value === null && field?.optional === true)) result.delete(name);
    else result.set(name, mergedValue(field, result.get(name), value));
  }
  return Object.fromEntries(result);
};

const mergedValue = (field: Field | undefined, target: unknown, patch: unknown): unknown =>
  field?.value.kind === 'object' && isJsonObject(patch)
    ? merged(field.value.fields, isJsonObject(target) ? target : {}, patch)
    : patch;
