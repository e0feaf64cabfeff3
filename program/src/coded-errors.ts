import { QueueError } from '@typed-queue/contracts';

/** What is behind an error, where the error does not say it: for the log, not for who is answered. */
const causeOf = ({ message, cause }: QueueError): string =>
  cause instanceof Error && !message.includes(cause.message) ? ` (${cause.message})` : '';

/** What an error says, when its code says enough: of a peer, of the system. Undefined: only its stack tells more. */
const lineOf = (error: unknown): string | undefined => {
  if (typeof error === 'string') return error;
  if (error instanceof QueueError) {
    return error.code === 'internal' ? undefined : `${error.code}: ${error.message}${causeOf(error)}`;
  }
  const coded = error instanceof Error && 'code' in error && typeof error.code === 'string';
  return coded ? error.message : undefined;
};

/**
 * The fields of a log line, for pino's `formatters.log`. An error under `err` whose code says what happened, such as a
 * server that cannot be reached, becomes one line of text under `reason`; any other keeps its stack.
 */
export const codedErrors = (fields: Record<string, unknown>): Record<string, unknown> => {
  const { err, ...others } = fields;
  const line = lineOf(err);
  return line === undefined ? fields : { ...others, reason: line };
};
