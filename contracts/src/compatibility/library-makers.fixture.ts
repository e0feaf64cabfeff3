import { type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import * as mini from 'zod/mini';
import type { PayloadSchema } from '../payload-schema.js';
import type { Leaf, Recipe } from './mixed-schemas.fixture.js';

/** How a library makes the schema of a recipe. */
interface Maker<Schema> {
  leaf(recipe: Leaf): Schema;
  list(item: Schema, min: number): Schema;
  tuple(items: readonly Schema[]): Schema;
  record(value: Schema): Schema;
  union(alternatives: readonly Schema[]): Schema;
  object(
    fields: readonly (readonly [name: string, isOptional: boolean, Schema])[],
    isStrict: boolean,
  ): Schema;
}

const made = <Schema>(maker: Maker<Schema>, recipe: Recipe): Schema => {
  const part = (of: Recipe): Schema => made(maker, of);
  switch (recipe.kind) {
    case 'list':
      return maker.list(part(recipe.of), recipe.min);
    case 'tuple':
      return maker.tuple(recipe.of.map(part));
    case 'record':
      return maker.record(part(recipe.of));
    case 'union':
      return maker.union(recipe.of.map(part));
    case 'object':
      return maker.object(
        recipe.fields.map(({ name, isOptional, of }) => [name, isOptional, part(of)]),
        recipe.isStrict,
      );
    case 'boolean':
    case 'null':
    case 'unknown':
    case 'integer':
    case 'text':
    case 'number':
    case 'multiple':
    case 'pattern':
    case 'choice':
      return maker.leaf(recipe);
  }
};

const zodLeaf = (recipe: Leaf): z.ZodType => {
  switch (recipe.kind) {
    case 'text':
      return z.string().min(recipe.min).max(recipe.max);
    case 'number':
      return z.number().min(recipe.min).lt(recipe.max);
    case 'multiple':
      return z.number().multipleOf(recipe.of);
    case 'pattern':
      return z.string().regex(new RegExp(recipe.source));
    case 'choice':
      return z.literal([...recipe.of]);
    case 'integer':
      return z.int();
    case 'boolean':
    case 'null':
    case 'unknown':
      return z[recipe.kind]();
  }
};

const zodMaker: Maker<z.ZodType> = {
  leaf: zodLeaf,
  list: (item, min) => z.array(item).min(min),
  // Safe: an empty tuple is one, too.
  tuple: (items) => z.tuple(items as [z.ZodType]),
  record: (value) => z.record(z.string(), value),
  union: (alternatives) => z.union(alternatives),
  object: (fields, isStrict) => {
    const shape = Object.fromEntries(
      fields.map(([name, isOptional, of]) => [name, isOptional ? of.optional() : of]),
    );
    return isStrict ? z.strictObject(shape) : z.looseObject(shape);
  },
};

const miniLeaf = (recipe: Leaf): mini.ZodMiniType => {
  switch (recipe.kind) {
    case 'text':
      return mini.string().check(mini.minLength(recipe.min), mini.maxLength(recipe.max));
    case 'number':
      return mini.number().check(mini.gte(recipe.min), mini.lt(recipe.max));
    case 'multiple':
      return mini.number().check(mini.multipleOf(recipe.of));
    case 'pattern':
      return mini.string().check(mini.regex(new RegExp(recipe.source)));
    case 'choice':
      return mini.literal([...recipe.of]);
    case 'integer':
      return mini.int();
    case 'boolean':
    case 'null':
    case 'unknown':
      return mini[recipe.kind]();
  }
};

const miniMaker: Maker<mini.ZodMiniType> = {
  leaf: miniLeaf,
  list: (item, min) => mini.array(item).check(mini.minLength(min)),
  // Safe: an empty tuple is one, too.
  tuple: (items) => mini.tuple(items as [mini.ZodMiniType]),
  record: (value) => mini.record(mini.string(), value),
  union: (alternatives) => mini.union(alternatives),
  object: (fields, isStrict) => {
    const entries = fields.map(
      ([name, isOptional, of]) => [name, isOptional ? mini.optional(of) : of] as const,
    );
    const shape = Object.fromEntries(entries);
    return isStrict ? mini.strictObject(shape) : mini.looseObject(shape);
  },
};

const valibotLeaf = (recipe: Leaf): v.GenericSchema => {
  switch (recipe.kind) {
    case 'text':
      return v.pipe(v.string(), v.minLength(recipe.min), v.maxLength(recipe.max));
    case 'number':
      return v.pipe(v.number(), v.minValue(recipe.min), v.ltValue(recipe.max));
    case 'multiple':
      return v.pipe(v.number(), v.multipleOf(recipe.of));
    case 'pattern':
      return v.pipe(v.string(), v.regex(new RegExp(recipe.source)));
    case 'choice':
      return v.picklist(recipe.of);
    case 'integer':
      return v.pipe(v.number(), v.safeInteger());
    case 'boolean':
    case 'null':
    case 'unknown':
      return v[recipe.kind]();
  }
};

const valibotMaker: Maker<v.GenericSchema> = {
  leaf: valibotLeaf,
  list: (item, min) => v.pipe(v.array(item), v.minLength(min)),
  tuple: (items) => v.strictTuple(items),
  record: (value) => v.record(v.string(), value),
  union: (alternatives) => v.union(alternatives),
  object: (fields, isStrict) => {
    const entries = fields.map(([name, isOptional, of]) => [name, isOptional ? v.optional(of) : of] as const);
    return isStrict
      ? v.strictObject(Object.fromEntries(entries))
      : v.looseObject(Object.fromEntries(entries));
  },
};

const arktypeLeaf = (recipe: Leaf): unknown => {
  switch (recipe.kind) {
    case 'text':
      return recipe.max === 0 ? 'string == 0' : `${recipe.min} <= string <= ${recipe.max}`;
    case 'number':
      return `${recipe.min} <= number < ${recipe.max}`;
    case 'multiple':
      return `number % ${recipe.of}`;
    case 'pattern':
      return new RegExp(recipe.source);
    case 'choice':
      return type.enumerated(...recipe.of);
    case 'integer':
      return 'number.integer & number.safe';
    case 'boolean':
    case 'null':
    case 'unknown':
      return recipe.kind;
  }
};

/** Makes definitions, which arktype reads. */
const arktypeMaker: Maker<unknown> = {
  leaf: arktypeLeaf,
  list: (item, min) => (min === 0 ? [item, '[]'] : [[item, '[]'], '&', `unknown[] >= ${min}`]),
  tuple: (items) => items,
  record: (value) => ({ '[string]': value }),
  union: (alternatives) => alternatives.reduce((one, other) => [one, '|', other]),
  object: (fields, isStrict) => ({
    '+': isStrict ? 'reject' : 'ignore',
    ...Object.fromEntries(fields.map(([name, isOptional, of]) => [isOptional ? `${name}?` : name, of])),
  }),
};

/** The schema of a recipe in each library. */
export const LIBRARIES = {
  zod: (recipe) => made(zodMaker, recipe),
  'zod mini': (recipe) => made(miniMaker, recipe),
  valibot: (recipe) => made(valibotMaker, recipe),
  // Safe: arktype refuses a wrong definition.
  arktype: (recipe) => type(made(arktypeMaker, recipe) as never),
} satisfies Readonly<Record<string, (recipe: Recipe) => PayloadSchema>>;
