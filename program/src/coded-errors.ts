import { QueueError } from '@typed-queue/contracts';
import { codeOf, messageOf } from './thrown.js';

/** The message of the cause, where the error does not contain it: for the log, never for the client. */
const causeOf = ({ message, cause }: QueueError): string =>
  cause instanceof Error && !message.includes(cause.message) ? ` (${cause.message})` : '';

/** The line of an error whose code explains it: of a peer, of the system. Undefined: it needs its stack. */
const lineOf = (error: unknown): string | undefined => {
  if (typeof error === 'string') return error;
  if (error instanceof QueueError) {
    return error.code === 'internal' ? undefined : `${error.code}: ${error.message}${causeOf(error)}`;
  }
  return codeOf(error) === undefined ? undefined : messageOf(error);
};

/**
 * The fields of a log line, for pino's `formatters.log`. An error under `err` whose code explains it, such as a server
 * that cannot be reached, becomes one line of text under `reason`; any other keeps its stack.
 */
export const codedErrors = (fields: Record<string, unknown>): Record<string, unknown> => {
  const { err, ...others } = fields;
  const line = lineOf(err);
  return line === undefined ? fields : { ...others, reason: line };
};
