import { QueueError, type Receipt } from '@typed-queue/contracts';
import { encodeFrame, type Draft, type FrameReceipt } from '@typed-queue/contracts/wire';

/** A message without a receipt. */
export interface QueuedMessage {
  readonly draft: Draft;
  /** Of its texts, in characters: about as many bytes. */
  readonly size: number;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: QueueError) => void;
  /** Removes the listener from the publisher's signal, if there is one. */
  unwatch?: () => void;
  /** Identifies its batch, whose messages are sent as one frame without others. */
  readonly batch: object | undefined;
}

/** Messages that are sent as one, until the server answered. */
export interface PendingFrame {
  readonly bytes: Uint8Array;
  readonly messages: readonly QueuedMessage[];
  /** Whether its messages are stored together or not at all. */
  readonly isBatch: boolean;
  /** Counts how often it was sent: only the answer to the last time counts. */
  attempt: number;
}

const MAX_MESSAGES = 512;
const MAX_SIZE = 128 * 1024;

/** Moves queued messages into a frame: the oldest, at least one; all of one batch, or those before the next batch. */
export const nextFrame = (
  queued: Set<QueuedMessage>,
  sender: { readonly producer: string; readonly firstNumber: number },
): PendingFrame => {
  const messages: QueuedMessage[] = [];
  const [oldest] = queued;
  const batch = oldest?.batch;
  let size = 0;
  for (const message of queued) {
    size += message.size;
    const isFull = batch === undefined && (messages.length === MAX_MESSAGES || size > MAX_SIZE);
    if (messages.length > 0 && (isFull || message.batch !== batch)) break;
    messages.push(message);
    queued.delete(message);
  }
  const { bytes } = encodeFrame(
    messages.map(({ draft }) => draft),
    sender,
  );
  return { bytes, messages, isBatch: batch !== undefined, attempt: 0 };
};

export const resolveFrame = ({ messages }: PendingFrame, receipt: FrameReceipt): void => {
  const { epoch, durability } = receipt;
  const refused = new Map(receipt.refused.map(({ index, error }) => [index, error]));
  const duplicates = new Map(receipt.duplicates.map(({ index, seq }) => [index, seq]));
  let next = receipt.firstSeq;
  messages.forEach((message, index) => {
    const error = refused.get(index);
    if (error !== undefined) {
      message.reject(QueueError.fromBody(error));
      return;
    }
    const seq = duplicates.get(index);
    const duplicate = seq !== undefined;
    message.resolve({ id: message.draft.id, epoch, seq: seq ?? next++, duplicate, durability });
  });
};

export const rejectFrame = ({ messages }: PendingFrame, error: QueueError): void => {
  for (const message of messages) message.reject(error);
};
