/**
 * What a publisher may give as a payload of type `T`: its lists may be readonly, and where a schema takes any further
 * field, an interface will do as well.
 */
export type Publishable<T> = [Relaxed<T>] extends [T] ? T : T | Relaxed<T>;

type Relaxed<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly unknown[]
    ? { readonly [K in keyof T]: Relaxed<T[K]> }
    : T extends object
      ? UnlessSame<T, RelaxedObject<T>>
      : T;

/** An object without anything to relax is the same type: errors then show it once. */
type UnlessSame<T, Relaxed> = [Relaxed] extends [T] ? T : Relaxed;

type RelaxedObject<T> =
  TakesAnyField<T> extends true
    ? keyof Named<T> extends never
      ? object & AnyField
      : AnyField & Named<T>
    : { [K in keyof T]: Relaxed<T[K]> };

type TakesAnyField<T> = string extends keyof T ? (unknown extends T[keyof T] ? true : false) : false;

type Named<T> = { readonly [K in keyof T as NamedField<K>]: Relaxed<T[K]> };

type NamedField<K> = K extends string ? (string extends K ? never : K) : never;

/** No interface has an index signature: this one keeps the compiler from assuming it. Lists are not objects in JSON. */
interface AnyField {
  readonly [Symbol.iterator]?: never;
}
