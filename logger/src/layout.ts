import type { AnyMessage, QueueError } from '@typed-queue/contracts';
import { printable } from '@typed-queue/program';

/** A stored message that does not match the contract, and what is wrong with it: `contract_mismatch`. */
export interface InvalidMessage {
  readonly message: AnyMessage;
  readonly error: QueueError;
}

/** How messages are printed: each as one line, line feed included. */
export interface Layout {
  readonly message: (message: AnyMessage) => string;
  readonly invalid: (invalid: InvalidMessage) => string;
}

const fieldsOf = ({ time, queue, event, seq, id, headers, payload }: AnyMessage) => ({
  time: new Date(time).toISOString(),
  queue,
  event,
  seq,
  id,
  headers,
  payload,
});

const lineOf = (value: unknown): string => `${printable(JSON.stringify(value))}\n`;

/**
 * One JSON object a line, for log drains: the whole message, its time as ISO 8601 in UTC. One that does not match
 * the contract has `issues` as well.
 */
export const jsonLayout: Layout = {
  message: (message) => lineOf(fieldsOf(message)),
  invalid: ({ message, error }) => lineOf({ ...fieldsOf(message), issues: error.details.issues }),
};
