import { QueueError } from '@typed-queue/contracts';
import {
  checkInBatch,
  encodeFrame,
  MAX_FRAME_BYTES,
  MAX_FRAME_MESSAGES,
  type Frame,
} from '@typed-queue/contracts/wire';
import { checkOptions, invalidArgument, type KnownOptions } from '../argument-check.js';
import type { DraftOptions, Drafts } from './draft.js';

interface BatchMessage extends DraftOptions {
  readonly event: string;
  readonly payload: unknown;
}

const KNOWN: KnownOptions<BatchMessage> = {
  event: true,
  payload: true,
  id: true,
  dedupeKey: true,
  headers: true,
};

/** In place of one that is null or undefined, until that is refused. */
const NO_MESSAGE: BatchMessage = { event: '', payload: undefined };

/**
 * Checks the messages of a batch and packs them into a frame.
 * @throws QueueError `request_invalid`, `frame_too_large`, and for the first wrong message
 */
export const packBatch = (drafts: Drafts, queue: string, messages: readonly unknown[]): Frame => {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalidArgument('publishBatch', 'the second argument is an array of at least one message.');
  }
  checkLimit(messages.length, MAX_FRAME_MESSAGES, 'messages');
  const frame = encodeFrame(
    messages.map((message: BatchMessage | null | undefined, index) => {
      const { event, payload, ...options } = message ?? NO_MESSAGE;
      return checkInBatch(index, event, () => {
        checkOptions('publishBatch', 'a message', message, KNOWN);
        return drafts.create(queue, event, payload, options);
      });
    }),
  );
  checkLimit(frame.bytes.byteLength, MAX_FRAME_BYTES, 'bytes');
  return frame;
};

const checkLimit = (given: number, limit: number, unit: string): void => {
  if (given <= limit) return;
  const text = `A batch may have ${MAX_FRAME_MESSAGES} messages and ${MAX_FRAME_BYTES} bytes; this one has ${given} ${unit}.`;
  throw new QueueError('frame_too_large', text, { details: { [unit]: given, limit } });
};
