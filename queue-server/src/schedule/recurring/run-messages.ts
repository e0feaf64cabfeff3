import type { Headers } from '@typed-queue/contracts';
import { dedupeId, storedPriority } from '@typed-queue/contracts/wire';
import type { MessageForLater } from '../schedule-records.js';
import { definitionBytes, type RecurringRecord } from './recurring-record.js';

/** Of one append: all fits into one frame. */
const MAX_RUNS = 1_000;
const MAX_BYTES = 1024 * 1024;

export interface RunMessages {
  readonly messages: readonly MessageForLater[];
  /** The runs for which there was no room. */
  readonly rest: readonly number[];
}

/** The messages of the first ones of some runs. A run has the same id each time that it is made. */
export const runMessages = ({ name, definition }: RecurringRecord, runs: readonly number[]): RunMessages => {
  const count = Math.min(MAX_RUNS, Math.max(1, Math.floor(MAX_BYTES / definitionBytes(definition))));
  const { queue, event, payload, headers } = definition;
  const stored = headers === undefined ? {} : { headers, ...orderOf(headers) };
  const messages = runs.slice(0, count).map((dueAt) => {
    const id = dedupeId(queue, `schedule ${name} ${dueAt}`);
    return { queue, dueAt, isRun: true as const, draft: { id, event, payload, ...stored } };
  });
  return { messages, rest: runs.slice(count) };
};

const orderOf = (text: string) => {
  // Safe: the text of headers.
  const headers = JSON.parse(text) as Headers;
  return { key: headers.key, priority: storedPriority(headers) };
};
