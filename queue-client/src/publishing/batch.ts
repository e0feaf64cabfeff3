import { QueueError } from '@typed-queue/contracts';
import {
  checkInBatch,
  FrameWriter,
  MAX_FRAME_BYTES,
  MAX_FRAME_MESSAGES,
  type Draft,
} from '@typed-queue/contracts/wire';
import { checkOptions, invalidArgument, type KnownOptions } from '../argument-check.js';
import { totalSize, type DraftOptions, type Drafts } from './draft.js';

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

/** A frame has fewer beside each message's texts. */
const BYTES_BESIDE = 512;

/**
 * Checks the messages of a batch, which fit into one frame.
 * @throws QueueError `request_invalid`, `frame_too_large`, and for the first wrong message
 */
export const draftBatch = (drafts: Drafts, queue: string, messages: readonly unknown[]): readonly Draft[] => {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalidArgument('publishBatch', 'the second argument is an array of messages, at least one.');
  }
  checkSize(messages.length);
  const batch = messages.map((message: BatchMessage | null | undefined, index) => {
    const { event, payload, ...options } = message ?? NO_MESSAGE;
    return checkInBatch(index, event, () => {
      checkOptions('publishBatch', 'a message', message, KNOWN);
      return drafts.create(queue, event, payload, options);
    });
  });
  checkSize(batch.length, bytesOf(batch));
  return batch;
};

/** A seq is expected of one ordering key, or of the queue. @throws QueueError `request_invalid` */
export const checkOneKey = (batch: readonly Draft[]): void => {
  const index = batch.findIndex(({ key }) => key !== batch[0]?.key);
  if (index < 0) return;
  const text = `message ${index} has another ordering key than message 0: with expectedSeq all have the same, or none has one.`;
  throw invalidArgument('publishBatch', text, { index });
};

/** Of the frame, when it may be too large; else of the largest that it may be. */
const bytesOf = (batch: readonly Draft[]): number => {
  const most = 3 * totalSize(batch) + BYTES_BESIDE * batch.length;
  if (most <= MAX_FRAME_BYTES) return most;
  const writer = new FrameWriter();
  return writer.finish(batch.map((draft) => writer.add(draft))).byteLength;
};

const checkSize = (messages: number, bytes = 0): void => {
  if (messages <= MAX_FRAME_MESSAGES && bytes <= MAX_FRAME_BYTES) return;
  const text = `A batch may have ${MAX_FRAME_MESSAGES} messages and ${MAX_FRAME_BYTES} bytes.`;
  throw new QueueError('frame_too_large', text, { details: { messages, bytes } });
};
