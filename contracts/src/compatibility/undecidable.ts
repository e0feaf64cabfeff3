import { isJsonArray, isJsonObject, pointerTo, UNDECIDABLE, type Json, type JsonSchema } from './json.js';

/** A part of a payload of which JSON Schema cannot say all that is checked. */
export interface Undecidable {
  /** Into the schema. */
  readonly pointer: string;
  readonly reason: string;
}

/** The parts of a schema that say less than their library checks. */
export const undecidableIn = (schema: Json, pointer = ''): readonly Undecidable[] => {
  if (isJsonArray(schema))
    return schema.flatMap((part, index) => undecidableIn(part, pointerTo(pointer, index)));
  if (!isJsonObject(schema)) return [];
  const reason = schema[UNDECIDABLE];
  return [
    ...(typeof reason === 'string' ? [{ pointer, reason }] : []),
    ...Object.entries(schema).flatMap(([key, part]) => undecidableIn(part, pointerTo(pointer, key))),
  ];
};

const CHANGES_VALUE =
  /changes the (?:value|payload)|transformation|^a morph|^the type (?:catch|default|prefault|transform|pipe) of zod$/;

export const isValueChange = (reason: string): boolean => CHANGES_VALUE.test(reason);

/** The parts of a schema that may change the value that they check, as far as its library says so. */
export const valueChangesIn = (schema: JsonSchema): readonly Undecidable[] =>
  undecidableIn(schema).filter(({ reason }) => isValueChange(reason));

export const isDecidable = (schema: JsonSchema): boolean => undecidableIn(schema).length === 0;
