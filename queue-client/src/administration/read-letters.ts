import {
  findIssues,
  type AnyMessage,
  type DeadLetter,
  type DeadLetterPage,
  type QueueDefinition,
} from '@typed-queue/contracts';
import { letterCodes, upcast, versionsOf } from '@typed-queue/contracts/wire';
import { undeclaredFailure } from '../failures/failure-check.js';

/**
 * Dead letters as the contract of this client has them: payloads of earlier versions are upcast, and a failure that it does
 * not declare is `undeclared`. What matches no version, or whose upcast fails or makes no valid payload, stays as it was
 * stored.
 */
export const readLetters = (definition: QueueDefinition, page: DeadLetterPage): DeadLetterPage => ({
  ...page,
  letters: page.letters.map((letter) => readFailure(definition, upcastLetter(definition, letter))),
});

const FIXED: readonly string[] = letterCodes;

const readFailure = (definition: QueueDefinition, letter: DeadLetter): DeadLetter => {
  const { code, data, message } = letter;
  return FIXED.includes(code)
    ? letter
    : { ...letter, ...undeclaredFailure(definition, message?.event, { code, data }) };
};

const upcastLetter = (definition: QueueDefinition, letter: DeadLetter): DeadLetter =>
  letter.message === null ? letter : { ...letter, message: upcastMessage(definition, letter.message) };

const upcastMessage = (definition: QueueDefinition, message: AnyMessage): AnyMessage => {
  const { event, payload } = message;
  const earlier = versionsOf(definition, event);
  const schema = definition.events[event];
  if (earlier.length === 0 || schema === undefined) return message;
  try {
    if (findIssues(schema, payload) === undefined) return message;
    const made = upcast(earlier, payload);
    return made === undefined || findIssues(schema, made.payload) !== undefined
      ? message
      : { ...message, ...made };
  } catch {
    return message;
  }
};
