import { failed, ok, type Result } from '@typed-queue/contracts/wire';

/** Does what a client asked for, with arguments of which nothing is known yet. */
export type Handler = (...args: readonly unknown[]) => unknown;

/**
 * A listener that always answers: with the handler's value, or with the error it threw. A client that passed no
 * callback gets no answer. What the handler threw is also told to `onFailure`.
 */
export const answering =
  (handler: Handler, onFailure: (error: unknown) => void) =>
  async (...args: unknown[]): Promise<void> => {
    const last = args.at(-1);
    const answer = typeof last === 'function' ? last : undefined;
    const result = await resultOf(handler, answer === undefined ? args : args.slice(0, -1), onFailure);
    try {
      answer?.(result);
    } catch (error) {
      // Nobody waits for the listener: what it rejected with would end the process.
      onFailure(error);
    }
  };

const resultOf = async (
  handler: Handler,
  args: readonly unknown[],
  onFailure: (error: unknown) => void,
): Promise<Result<unknown>> => {
  try {
    return ok(await handler(...args));
  } catch (error) {
    onFailure(error);
    return failed(error);
  }
};
