/**
 * What a publisher may give as a payload of type `T`: its lists may be readonly, and where a schema takes any further
 * field, an interface will do as well. Not below its first levels, since a type may hold itself.
 */
export type Publishable<T> = [Relaxed<T>] extends [T] ? T : T | Relaxed<T>;

type Relaxed<T, Level extends number = 6> = Level extends 0
  ? T
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends readonly unknown[]
      ? { readonly [K in keyof T]: Relaxed<T[K], Below[Level]> }
      : T extends object
        ? UnlessSame<T, RelaxedObject<T, Below[Level]>>
        : T;

/** By level, the next. */
type Below = [never, 0, 1, 2, 3, 4, 5];

/** An object without anything to relax is the same type: errors then show it once. */
type UnlessSame<T, Relaxed> = [Relaxed] extends [T] ? T : Relaxed;

type RelaxedObject<T, Level extends number> =
  TakesAnyField<T> extends true
    ? keyof Named<T, Level> extends never
      ? object & AnyField
      : AnyField & Named<T, Level>
    : { [K in keyof T]: Relaxed<T[K], Level> };

type TakesAnyField<T> = string extends keyof T ? (unknown extends T[keyof T] ? true : false) : false;

type Named<T, Level extends number> = { readonly [K in keyof T as NamedField<K>]: Relaxed<T[K], Level> };

type NamedField<K> = K extends string ? (string extends K ? never : K) : never;

/** No interface has an index signature: this one keeps the compiler from assuming it. Lists are not objects in JSON. */
interface AnyField {
  readonly [Symbol.iterator]?: never;
}
