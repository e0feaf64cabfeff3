/**
 * What given responders must be: one for each call that fits it, and no other; `All` while nothing is given, and anything where
 * no call is known. Where one does not fit it is a type that tells so in few words, which that of the compiler does not.
 */
export type CompleteResponders<Given, All, K extends string> = unknown extends Given
  ? All
  : string extends K
    ? Given
    : [K] extends [never]
      ? 'there is no call to serve'
      : [K] extends [keyof Given]
        ? AllFitting<
            Given,
            { readonly [N in keyof Given]: N extends keyof All ? Fitting<Given[N], All[N]> : NoSuchCall<K> }
          >
        : ForgottenResponder<Exclude<K, keyof Given>>;

type ForgottenResponder<K extends string> = `no responder for ${K}`;

interface NoSuchCall<K extends string> {
  readonly 'there is no such call, only': K;
}

/** Errors then show what was given once. */
type AllFitting<Given, Fitted> = Given extends Fitted ? Given : Fitted;

type Fitting<Given, Wanted> = Given extends Wanted
  ? [Surplus<OutputOf<Given>, OutputOf<Wanted>>] extends [never]
    ? Given
    : NoSuchField<Surplus<OutputOf<Given>, OutputOf<Wanted>>>
  : [ReplyOf<Given>] extends [ReplyOf<Wanted>]
    ? Wanted
    : ReplyOf<Wanted> extends AsyncIterable<infer Item>
      ? Yielding<Item>
      : Replying<OutputOf<Wanted>>;

interface Replying<Output> {
  readonly 'its reply is': Output;
}

interface Yielding<Item> {
  readonly 'it yields': Item;
}

interface NoSuchField<Field> {
  readonly 'its output has no field': Field;
}

type ReplyOf<Responder> = Responder extends (...args: never) => infer Reply ? Reply : never;

/** The items of a stream, or the output. */
type OutputOf<Responder> =
  ReplyOf<Responder> extends AsyncIterable<infer Item> ? Item : Awaited<ReplyOf<Responder>>;

/**
 * The fields that outputs have and their type has not: the server would refuse them. Down to a few levels, since a type may
 * hold itself.
 */
type Surplus<Value, Wanted, Level extends number = 6> = unknown extends Wanted
  ? never
  : IsAny<Value> extends true
    ? never
    : Level extends 0
      ? never
      : Value extends readonly (infer Item)[]
        ? Surplus<Item, Extract<Wanted, readonly unknown[]>[number], Below[Level]>
        : Value extends object
          ? SurplusIn<Value, Matching<Value, Wanted>, Below[Level]>
          : never;

type SurplusIn<Value, Wanted, Level extends number> = {
  [K in keyof Value & string]-?: K extends KeyOf<Wanted>
    ? Surplus<Value[K], FieldOf<Wanted, K>, Level>
    : Value[K] extends NoJson
      ? never
      : K;
}[keyof Value & string];

/** A field of only these is not in the JSON. */
type NoJson = ((...args: never) => unknown) | undefined;

type IsAny<Value> = 0 extends 1 & Value ? true : false;

/** By level, the next. */
type Below = [never, 0, 1, 2, 3, 4, 5];

/** Of several forms those that a value has. */
type Matching<Value, Wanted> = [FormsOf<Value, Wanted>] extends [never] ? Wanted : FormsOf<Value, Wanted>;

type FormsOf<Value, Wanted> = Wanted extends unknown ? (Value extends Wanted ? Wanted : never) : never;

type KeyOf<Wanted> = Wanted extends unknown ? keyof Wanted : never;

type FieldOf<Wanted, K> = Wanted extends unknown ? (K extends keyof Wanted ? Wanted[K] : never) : never;
