import type { CallError, CallPromise } from './call.js';

/**
 * The output of a call. `answer` belongs to the class: a property that is defined on each promise gives each a shape of its
 * own, which cost a third of the caller's time. What is chained is a plain promise.
 */
export class CallOutput extends Promise<unknown> implements CallPromise<unknown> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** Who asks for it handles the rejection as well. */
  get answer(): CallPromise<unknown>['answer'] {
    return this.then(
      (value) => ({ ok: true, value }),
      // Safe: a call rejects with nothing else.
      (error: unknown) => ({ ok: false, error: error as CallError }),
    );
  }
}
