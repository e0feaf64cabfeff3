/** A promise that is settled from outside. */
export interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export const deferred = (): Deferred => {
  let resolve = (): void => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((resolvePromise, rejectPromise) => {
    resolve = resolvePromise;
    reject = rejectPromise;
  });
  return { promise, resolve, reject };
};

/** Callers that wait for the same moment. */
export class Waiters {
  #resolves: (() => void)[] = [];

  get count(): number {
    return this.#resolves.length;
  }

  wait(): Promise<void> {
    return new Promise((resolve) => this.#resolves.push(resolve));
  }

  release(): void {
    const resolves = this.#resolves;
    this.#resolves = [];
    for (const resolve of resolves) resolve();
  }
}
