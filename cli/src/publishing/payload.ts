import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';

/** Numbers that may be too large: most payloads have none. */
const LARGE = /\d{309}|\de\+?\d{3}/i;

const refuseInfinity = (_key: string, value: unknown): unknown => {
  if (value === Infinity || value === -Infinity) throw new Error('a number in it is too large');
  return value;
};

/** @throws QueueError `message_invalid` when it is not JSON, or has a number that would be sent as null */
export const parsePayload = (text: string): unknown => {
  try {
    // A reviver is called for each value: only where it is needed.
    return LARGE.test(text) ? JSON.parse(text, refuseInfinity) : JSON.parse(text);
  } catch (error) {
    throw new QueueError('message_invalid', `it is not JSON: ${messageOf(error)}`);
  }
};
