import { QueueError } from '@typed-queue/contracts';

/** In characters. A server ends a handshake with more than 8 KiB without an answer. */
const LONGEST_TOKEN = 7_000;

/** What another token can change. */
const CODES: readonly string[] = ['unauthorized', 'auth_expired'];

/** Whether a server asks with it for a token, or for another one; also when it answers no more guesses for a while. */
export const asksForToken = (error: unknown): error is QueueError =>
  error instanceof QueueError && (CODES.includes(error.code) || error.details.limit === 'wrong keys');

/** Why a token cannot be shown to a server; undefined: it can. */
export const tokenProblem = ({ length }: string): string | undefined =>
  length > LONGEST_TOKEN
    ? `A token has at most ${LONGEST_TOKEN} characters, and this one ${length}: is it the right text?`
    : undefined;

/** What a server said of a token, for the person who typed it. */
export const refusalText = ({ code, message, details }: QueueError): string => {
  if (code === 'auth_expired') return 'This token has expired. Sign in with another one.';
  if (code !== 'unauthorized') return message;
  if (details.reason === 'withdrawn') return 'This token was withdrawn. Sign in with another one.';
  // What follows is for the configuration of programs.
  return message.replace(/ Set QUEUE_TOKEN.*/s, '');
};
