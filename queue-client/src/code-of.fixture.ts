import { QueueError } from '@typed-queue/contracts';

/** The code that a promise rejects with; `resolved` when it does not. */
export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof QueueError ? error.code : String(error)),
  );
