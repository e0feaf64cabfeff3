import { QueueError } from './errors.js';
import type { Headers } from './message.js';

/** Of a message, as its publisher gives it: groups with `priorities` hand out higher ones first. Default: 0. */
export type Priority = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

const SHOWN = 100;

/** Headers as a publisher gives them: texts, and the priority may be a number. */
export type PublishedHeaders = Headers | PrioritisedHeaders;

interface PrioritisedHeaders {
  readonly priority: Priority;
  readonly [name: string]: string | Priority;
}

const DIGIT = /^[0-9]$/;

/** The priority in the headers of a stored message; earlier versions stored any text there. */
export const storedPriority = ({ priority = '' }: Headers): number =>
  DIGIT.test(priority) ? Number(priority) : 0;

/** The priority that a publisher gives, as a number or a digit. @throws QueueError `message_invalid` */
export const checkPriority = (value: unknown): number => {
  if (value === undefined) return 0;
  if (typeof value === 'string' && DIGIT.test(value)) return Number(value);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 9) return value;
  throw new QueueError(
    'message_invalid',
    `The header "priority" of a message is a whole number from 0 to 9, not ${shown(value)}: name other headers otherwise.`,
    { details: { header: 'priority' } },
  );
};

const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, SHOWN));
  return typeof value === 'number' ? String(value) : `of type ${typeof value}`;
};
