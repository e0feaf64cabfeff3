import { QueueError } from '@typed-queue/contracts';

/** What another token can change. */
const CODES: readonly string[] = ['unauthorized', 'auth_expired'];

/** Whether a server asks with it for a token, or for another one; also when it answers no more guesses for a while. */
export const asksForToken = (error: unknown): error is QueueError =>
  error instanceof QueueError && (CODES.includes(error.code) || error.details.limit === 'wrong keys');
