import type * as z from 'zod';
import { definitionOf, type Definition, type Schema } from './zod-parts.js';

type Written = z.core.JSONSchema.BaseSchema;

/**
 * Takes out of a converted schema what zod may not require. The converter looks at the type of an input, but `preprocess`
 * and `catch` also get what is missing, and a record of named keys validates each, there or not.
 */
export const relaxRequired = (schema: Schema, written: Written): void => {
  const def = definitionOf(schema);
  if (def.type === 'object' && written.required !== undefined)
    written.required = written.required.filter((name) => !takesMissing(def.shape[name]));
  if (def.type === 'record' && written.required !== undefined && !refusesUndefined(def.valueType))
    written.required = [];
  if (def.type === 'tuple' && written.minItems !== undefined && (def.checks ?? []).length === 0)
    written.minItems = Math.min(written.minItems, requiredItems(def));
};

/** Why a converted schema does not say exactly what may be missing: what is missing may be added, or refused after all. */
export const undecidableRequired = (schema: Schema): string | undefined =>
  isExact(definitionOf(schema)) ? undefined : 'a part whose schema decides whether it may be missing';

const isExact = (def: Definition): boolean => {
  if (def.type === 'object')
    return Object.values(def.shape).every((field) => !takesMissing(field) || mayBeMissing(field));
  if (def.type === 'tuple') return def.items.slice(requiredItems(def)).every(mayBeMissing);
  if (def.type !== 'record' || def.keyType._zod.values === undefined || def.partial === true) return true;
  const value = definitionOf(def.valueType);
  const isOptional =
    value.type === 'optional' && value.checks === undefined && !isExactOptional(def.valueType);
  return refusesUndefined(isOptional ? value.innerType : def.valueType);
};

/** It refuses `undefined`, which a record has for a key that is missing. */
const isExactOptional = ({ _zod }: Schema): boolean => _zod.traits.has('$ZodExactOptional');

const requiredItems = ({ items }: z.core.$ZodTupleDef): number =>
  items.findLastIndex((item) => !takesMissing(item)) + 1;

const takesMissing = (schema: Schema | undefined): boolean => schema?._zod.optin !== undefined;

/** Nothing is put in its place, and no error of its schema counts. */
const mayBeMissing = ({ _zod }: Schema): boolean => _zod.optin === 'optional' && _zod.optout === 'optional';

const REFUSE_UNDEFINED: ReadonlySet<string> = new Set([
  ...['string', 'number', 'boolean', 'null', 'never', 'enum', 'template_literal'],
  ...['array', 'tuple', 'object', 'record'],
]);

/** Surely. */
const refusesUndefined = (schema: Schema): boolean => {
  const def = definitionOf(schema);
  if (def.type === 'literal') return !def.values.includes(undefined);
  if (def.type === 'union') return def.options.every(refusesUndefined);
  if (def.type === 'intersection') return refusesUndefined(def.left) || refusesUndefined(def.right);
  if (def.type === 'nullable' || def.type === 'readonly') return refusesUndefined(def.innerType);
  return REFUSE_UNDEFINED.has(def.type);
};
