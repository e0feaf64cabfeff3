import type * as z from 'zod';
import type { ReservedName } from './reserved-name.js';

/** Parameters of a list that are no filters. */
type Parameter = 'limit' | 'cursor' | 'sort' | 'fields' | 'dryRun';

type Kind<S> = S extends { readonly _zod: { readonly def: { readonly type: infer T } } } ? T : 'none';
type Inner<S> = S extends { readonly _zod: { readonly def: { readonly innerType: infer T } } }
  ? T
  : undefined;
type Item<S> = S extends { readonly _zod: { readonly def: { readonly element: infer T } } } ? T : undefined;

/** What is sent, stored and answered has one type: nothing is coerced, and nothing is branded. */
type IsPlain<S> = [z.input<S>] extends [z.output<S>] ? true : false;

type IsScalar<S> =
  Kind<S> extends 'string' | 'number' | 'boolean'
    ? IsPlain<S>
    : Kind<S> extends 'enum'
      ? [z.output<S>] extends [string]
        ? true
        : false
      : false;

type IsObject<S> =
  S extends z.ZodObject<infer Shape> ? (Shape extends Storable<Shape> ? true : false) : false;

type IsItem<S> = true extends IsScalar<S> | IsObject<S> ? true : false;

type IsValue<S> = Kind<S> extends 'array' ? IsItem<Item<S>> : IsItem<S>;

type Unwrapped<S> = Kind<S> extends 'optional' ? Inner<S> : S;
type Value<S> = Kind<Unwrapped<S>> extends 'nullable' ? Inner<Unwrapped<S>> : Unwrapped<S>;

/**
 * Fields that every part of the API carries: texts, numbers, booleans, enums of texts, references and moments; objects,
 * and arrays of these; each optional, nullable or both. Everything else is `never`.
 */
export type Storable<Shape> = {
  readonly [K in keyof Shape]: K extends ReservedName
    ? never
    : IsValue<Value<Shape[K]>> extends true
      ? Shape[K]
      : never;
};

/** A place in a list needs a value that every document has, and that has an order. */
export type Sortable<Shape> = {
  [K in keyof Shape & string]: IsScalar<Shape[K]> extends true ? K : never;
}[keyof Shape & string];

/** One value is compared with a field that holds one, or with each item of an array. */
export type Filterable<Shape> = {
  [K in keyof Shape & string]: K extends Parameter
    ? never
    : IsScalar<Value<Shape[K]>> extends true
      ? K
      : IsScalar<Item<Value<Shape[K]>>> extends true
        ? K
        : never;
}[keyof Shape & string];
