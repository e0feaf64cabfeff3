import { failed, ok, QueueError, type Result } from '@typed-queue/contracts';

/** Does what a client asked for, with arguments of which nothing is known yet. */
export type Handler = (...args: readonly unknown[]) => unknown;

/**
 * A listener that always answers: with the handler's value, or with the error it threw. A client that passed no
 * callback gets no answer. What is not a `QueueError` is a failure of the server and is told to `onError`.
 */
export const answering =
  (handler: Handler, onError: (error: unknown) => void) =>
  async (...args: unknown[]): Promise<void> => {
    const last = args.at(-1);
    const answer = typeof last === 'function' ? last : undefined;
    const result = await resultOf(handler, answer === undefined ? args : args.slice(0, -1), onError);
    try {
      answer?.(result);
    } catch (error) {
      // Nobody waits for the listener: what it rejected with would end the process.
      onError(error);
    }
  };

const resultOf = async (
  handler: Handler,
  args: readonly unknown[],
  onError: (error: unknown) => void,
): Promise<Result<unknown>> => {
  try {
    return ok(await handler(...args));
  } catch (error) {
    if (!(error instanceof QueueError)) onError(error);
    return failed(error);
  }
};
