import type { AnyMessage } from '@typed-queue/contracts';
import { printable } from '@typed-queue/program';
import type { Layout } from './layout.js';

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
