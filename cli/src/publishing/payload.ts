import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import { CommandError, EXIT } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { inputText } from './input-text.js';

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

/** The payload that an argument has. @throws CommandError */
export const argumentPayload = (json: string): unknown => {
  try {
    return parsePayload(json);
  } catch (error) {
    throw new CommandError(EXIT.data, `the payload: ${messageOf(error)}`);
  }
};

/** The payload of a command that takes one: an argument, or with "-" or without one in a pipe, all of standard input. @throws CommandError */
export const payloadOf = async (
  json: string | undefined,
  { stdin }: Pick<Machine, 'stdin'>,
): Promise<unknown> => {
  if (json !== undefined && json !== '-') return argumentPayload(json);
  if (json === undefined && stdin.isTerminal)
    throw new CommandError(EXIT.usage, 'give the payload as JSON, or "-" and the payload on standard input');
  return argumentPayload(await inputText(stdin));
};
