import type { QueueError } from '@typed-queue/contracts';

/** What a loop reads. */
export interface Source<T> {
  /** The next thing; undefined: nothing is here. */
  readonly take: () => T | undefined;
  /** Resolves when there is more, or when it ended. */
  readonly arrival: () => Promise<void>;
  /** Why there is nothing more, ever; an error is thrown to the loop. */
  readonly ended: () => { readonly error?: QueueError } | undefined;
  /** The loop was left. */
  readonly close: () => void;
}

export const iterate = <T>(source: Source<T>): AsyncIterableIterator<T, undefined> => {
  const read = generate(source);
  return {
    next: () => read.next(),
    // At once: a generator would first wait for what it was asked for.
    return: () => {
      source.close();
      return read.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};

async function* generate<T>({ take, arrival, ended }: Source<T>): AsyncGenerator<T, undefined> {
  let end = ended();
  for (; end === undefined; end = ended()) {
    const taken = take();
    if (taken !== undefined) yield taken;
    else if (ended() === undefined) await arrival();
  }
  if (end.error !== undefined) throw end.error;
  return undefined;
}
