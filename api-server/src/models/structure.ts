import * as z from 'zod';
import { isReservedName } from './reserved-name.js';
import { specialOf, type SpecialField } from './special-field.js';

/** What a field holds. */
export type Value =
  | SpecialField
  | { readonly kind: 'string' | 'number' | 'boolean' }
  | { readonly kind: 'object'; readonly fields: Structure }
  | { readonly kind: 'array'; readonly item: Value };

export interface Field {
  readonly value: Value;
  /** It may be absent. */
  readonly optional: boolean;
  /** It may be null. */
  readonly nullable: boolean;
}

/** The fields of a document, or of an object in it, by name. */
export type Structure = Readonly<Record<string, Field>>;

/**
 * What fields consist of.
 * @throws TypeError for an object that would accept unknown fields, a reserved name, or a schema that the compiler was kept from checking
 */
export const structureOf = (object: z.core.$ZodObject, path = ''): Structure => {
  if (object._zod.def.catchall?._zod.def.type !== 'never') {
    throw new TypeError(
      `${path || 'The fields'}: expected z.strictObject, so that unknown fields are refused.`,
    );
  }
  const fields = Object.entries(object._zod.def.shape);
  for (const [name] of fields) {
    if (isReservedName(name)) {
      throw new TypeError(
        `${pathOf(path, name)}: the database needs this name for itself: choose another one.`,
      );
    }
  }
  return Object.fromEntries(fields.map(([name, schema]) => [name, fieldOf(schema, pathOf(path, name))]));
};

const pathOf = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const fieldOf = (schema: z.core.$ZodType, path: string): Field => {
  if (schema instanceof z.ZodOptional) return { ...fieldOf(schema.unwrap(), path), optional: true };
  if (schema instanceof z.ZodNullable) return { ...fieldOf(schema.unwrap(), path), nullable: true };
  return { value: valueOf(schema, path), optional: false, nullable: false };
};

const valueOf = (schema: z.core.$ZodType, path: string): Value => {
  const special = specialOf(schema);
  if (special !== undefined) return special;
  if (schema instanceof z.ZodObject) return { kind: 'object', fields: structureOf(schema, path) };
  if (schema instanceof z.ZodArray) return { kind: 'array', item: valueOf(schema.element, path) };
  const { type } = schema._zod.def;
  if (type === 'enum') return { kind: 'string' };
  if (type === 'string' || type === 'number' || type === 'boolean') return { kind: type };
  throw new TypeError(`${path}: a field cannot be of the type "${type}".`);
};
