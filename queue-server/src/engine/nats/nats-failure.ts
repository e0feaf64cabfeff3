import { QueueError } from '@typed-queue/contracts';

/**
 * What the failure of a request means. `unanswered`: it may have been executed, and may be asked again. `refused`: the
 * last sequence of the stream is another one. `full`: JetStream has no room. `broken`: everything else.
 */
export type Failure = 'unanswered' | 'refused' | 'full' | 'broken';

const REFUSED = new Set([10071, 10164]);
/** Limits of the account, of the server's files and memory, of the stream. */
const FULL = new Set([10002, 10023, 10028, 10047, 10077]);
const STREAM_NOT_FOUND = 10059;

/** The server asked for another time. */
const TOO_MANY = 429;

export const failureOf = (error: unknown): Failure => {
  const answer = answerIn(error);
  if (answer === undefined) return isFinal(error) ? 'broken' : 'unanswered';
  if (REFUSED.has(answer.code)) return 'refused';
  if (FULL.has(answer.code)) return 'full';
  return answer.status >= 500 || answer.status === TOO_MANY ? 'unanswered' : 'broken';
};

export const isMissingStream = (error: unknown): boolean => answerIn(error)?.code === STREAM_NOT_FOUND;

/** Errors of this server and of the client library, which asking again does not change. */
const FINAL = new Set([
  'TypeError',
  'InvalidArgumentError',
  'InvalidSubjectError',
  'PermissionViolationError',
  'JetStreamStatusError',
]);

const isFinal = (error: unknown): boolean =>
  error instanceof QueueError
    ? error.code !== 'storage_unavailable'
    : error instanceof Error && FINAL.has(error.name);

/** What JetStream answered; undefined when it did not. */
const answerIn = (error: unknown): { readonly code: number; readonly status: number } | undefined => {
  if (!(error instanceof Error) || !('code' in error) || !('status' in error)) return undefined;
  const { code, status } = error;
  return typeof code === 'number' && typeof status === 'number' ? { code, status } : undefined;
};
