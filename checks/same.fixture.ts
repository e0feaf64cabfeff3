/* oxlint-disable typescript/no-unnecessary-type-parameters -- comparing two generic functions is what
   makes the compiler ask whether the types within are the same */

/** `true` only when both types are the same, not merely assignable. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** For type tests: `same<A, B>(true)` compiles only when both types are the same. Does nothing. */
export const same = <A, B>(_answer: Same<A, B>): void => undefined;
