import {
  findIssues,
  type AnyMessage,
  type DeadLetter,
  type DeadLetterPage,
  type QueueDefinition,
} from '@typed-queue/contracts';
import { upcast, versionsOf } from '@typed-queue/contracts/wire';

/** The letters with payloads of earlier versions upcast. What matches no version, or whose
 * upcast fails or makes no valid payload, stays as it was stored. */
export const upcastLetters = (definition: QueueDefinition, page: DeadLetterPage): DeadLetterPage => ({
  ...page,
  letters: page.letters.map((letter) => upcastLetter(definition, letter)),
});

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
