declare const published: unique symbol;

/** A result whose events are published. Only `EventWriter` makes one, and only of a result that comes with its events. */
export type Published<T> = T & { readonly [published]: true };

/** The same methods, each of which must publish: one that returns the plain result does not compile. */
export type Publishing<R> = {
  readonly [M in keyof R]: R[M] extends (...args: infer Args) => Promise<infer T>
    ? (...args: Args) => Promise<Published<T>>
    : never;
};

/** A result, and the events that it owes: computed, as a list that is written out as empty would forget them. */
export interface WithEvents<T, Events extends readonly unknown[]> {
  readonly result: T;
  readonly events: [Events[number]] extends [never] ? never : Events;
}
