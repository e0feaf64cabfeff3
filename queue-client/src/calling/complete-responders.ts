/**
 * What given responders must be: one for each call that fits it, and no other; `All` while nothing is given, and anything where
 * no call is known. Where one does not fit it is a type that tells so in few words, which that of the compiler does not.
 */
export type CompleteResponders<Given, All, K extends string> = unknown extends Given
  ? All
  : string extends K
    ? Given
    : [K] extends [never]
      ? 'this queue has no calls'
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

/** The fields that values have and a type has not: an output with them would be refused. Down to a few levels. */
type Surplus<Value, Wanted, Level extends number = 3> = unknown extends Wanted
  ? never
  : [Wanted] extends [Value]
    ? never
    : Value extends readonly (infer Item)[]
      ? SurplusBelow<Item, Extract<Wanted, readonly unknown[]>[number], Level>
      : Value extends object
        ? Exclude<keyof Value & string, KeyOf<Wanted>> | SurplusOfFields<Value, Wanted, Level>
        : never;

type SurplusOfFields<Value, Wanted, Level extends number> = {
  [K in keyof Value & KeyOf<Wanted>]: SurplusBelow<Value[K], FieldOf<Wanted, K>, Level>;
}[keyof Value & KeyOf<Wanted>];

type SurplusBelow<Value, Wanted, Level extends number> = Level extends 0
  ? never
  : Surplus<Value, Wanted, Below[Level]>;

type Below = [never, 0, 1, 2];

type KeyOf<Wanted> = Wanted extends unknown ? keyof Wanted : never;

type FieldOf<Wanted, K> = Wanted extends unknown ? (K extends keyof Wanted ? Wanted[K] : never) : never;
