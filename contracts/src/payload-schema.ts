import type { StandardSchemaV1 } from '@standard-schema/spec';

/** The schema of a payload: anything that implements Standard Schema (zod, valibot, arktype …). */
export type PayloadSchema<T = unknown> = StandardSchemaV1<T, T>;

type Input<S extends PayloadSchema> = StandardSchemaV1.InferInput<S>;
type Output<S extends PayloadSchema> = StandardSchemaV1.InferOutput<S>;

/**
 * Takes a schema whose payloads can be stored as they came and are JSON. Of every other schema the compiler asks for a
 * property that is named by the reason.
 */
export type StorableSchema<S extends PayloadSchema> = [SchemaFlaw<S>] extends [NoFlaw]
  ? S
  : Readonly<Record<SchemaFlaw<S>, unknown>>;

/**
 * Every schema has this property: it satisfies what is asked of a flawless one. In a generic factory, where a flaw cannot
 * be computed, the constraint of its type parameter decides.
 */
export type NoFlaw = '~standard';

/** What keeps payloads of a schema from being stored. Distributes over `S`, so that the constraint of a type parameter is examined in its place. */
export type SchemaFlaw<S extends PayloadSchema> = S extends unknown
  ? Same<Input<S>, Output<S>> extends true
    ? PayloadFlaw<Output<S>>
    : // A brand is a change that only the compiler sees.
      Same<Unbranded<Input<S>>, Unbranded<Output<S>>> extends true
      ? PayloadFlaw<Output<S>>
      : Changed
  : never;

/** In objects, so that a type parameter is found to be the same as itself. */
type Same<A, B> = { is: A } extends { is: B } ? ({ is: B } extends { is: A } ? true : false) : false;

type Changed = 'a payload is stored as it came: no transform, default or coercion';

/** A type without its brands. Literals lose their value, which does not matter for the comparison. */
type Unbranded<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean | null | undefined | NotJson
      ? T
      : T extends readonly (infer Item)[]
        ? readonly Unbranded<Item>[]
        : T extends object
          ? { [K in keyof T as K extends symbol ? never : K]: Unbranded<T[K]> }
          : T;

// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- what z.void() is
type Nothing = undefined | void;
type Primitive = string | number | boolean | null;
type Callable = ((...args: never) => unknown) | (abstract new (...args: never) => unknown);
type Bytes = ArrayBuffer | SharedArrayBuffer | ArrayBufferView;
type Collection = ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>;
type NotJson = Nothing | bigint | symbol | Date | RegExp | Collection | Bytes | Callable;

type PayloadFlaw<T> = T extends Primitive | readonly unknown[] | NotJson
  ? Named<JsonFlaw<T>, ''>
  : NoFlaw | { readonly [K in keyof T]-?: Named<FieldFlaw<T, K, []>, ` ("${K & string}")`> }[keyof T];

type Named<Flaw, Where extends string> = Flaw extends NoFlaw
  ? NoFlaw
  : `a payload is JSON: no ${Flaw & string}${Where}`;

/** What is deeper is not examined: recursive types have no end. */
type MaxDepth = 8;

/** What JSON lacks of a type. `unknown` and `any` have no flaw: the server finds out. */
type JsonFlaw<T, Depth extends readonly 0[] = []> = 0 extends 1 & T
  ? NoFlaw
  : T extends Primitive
    ? NoFlaw
    : T extends NotJson
      ? NameOf<T>
      : Depth['length'] extends MaxDepth
        ? NoFlaw
        : T extends readonly (infer Item)[]
          ? JsonFlaw<number extends T['length'] ? Item : Exclude<Item, undefined>, [...Depth, 0]>
          : T extends object
            ? NoFlaw | { readonly [K in keyof T]-?: FieldFlaw<T, K, [...Depth, 0]> }[keyof T]
            : NoFlaw;

/** An optional field that is undefined is missing. */
type FieldFlaw<T, K extends keyof T, Depth extends readonly 0[]> =
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- asks whether the field is optional
  {} extends Pick<T, K> ? JsonFlaw<Exclude<T[K], undefined>, Depth> : JsonFlaw<T[K], Depth>;

type NameOf<T extends NotJson> = T extends Nothing
  ? 'undefined'
  : T extends bigint
    ? 'bigint'
    : T extends symbol
      ? 'symbol'
      : T extends Callable
        ? 'function'
        : T extends Date
          ? 'Date'
          : T extends RegExp
            ? 'RegExp'
            : T extends Bytes
              ? 'bytes'
              : T extends ReadonlyMap<unknown, unknown>
                ? 'Map'
                : 'Set';
