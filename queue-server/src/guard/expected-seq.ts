import { QueueError } from '@typed-queue/contracts';
import { orderingKeyOf, type Frame } from '@typed-queue/contracts/wire';

/** The seq after which a batch is to be stored: the last one of its ordering key, or without a key of the queue. */
export interface GuardedExpectation {
  readonly seq: number;
  readonly key: string | undefined;
}

/**
 * Checks what a client expects before a batch that passed the guard.
 * @throws QueueError `request_invalid` for what is no seq, and for messages of several keys
 */
export const guardExpectedSeq = (frame: Frame, input: unknown): GuardedExpectation => {
  if (typeof input !== 'number' || !Number.isSafeInteger(input) || input < 0) {
    const shown = typeof input === 'number' ? input : `of type ${input === null ? 'null' : typeof input}`;
    throw new QueueError(
      'request_invalid',
      `The expected seq is a whole number, 0 when there is none yet; it is ${shown}.`,
      { details: { field: 'expectedSeq' } },
    );
  }
  const key = orderingKeyOf(frame, 0);
  for (let index = 1; index < frame.count; index++) {
    if (orderingKeyOf(frame, index) === key) continue;
    throw new QueueError(
      'request_invalid',
      `Message ${index} of the batch has another ordering key than message 0, and so no seq can be expected before both: publish a batch for each key.`,
      { details: { index: frame.publishedIndex(index) } },
    );
  }
  frame.releaseTexts();
  return { seq: input, key };
};
