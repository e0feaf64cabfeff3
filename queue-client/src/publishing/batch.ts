import { QueueError, type Receipt } from '@typed-queue/contracts';
import type { Draft, FrameReceipt } from '@typed-queue/contracts/wire';

/** A message without a receipt. */
export interface QueuedMessage {
  readonly draft: Draft;
  /** Of its texts, in characters: about as many bytes. */
  readonly size: number;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: QueueError) => void;
  /** Removes the listener from the publisher's signal, if there is one. */
  unwatch?: () => void;
}

const MAX_BATCH_MESSAGES = 512;
const MAX_BATCH_SIZE = 128 * 1024;

/** Removes the messages of the next frame: the oldest, at least one. */
export const takeBatch = (queued: Set<QueuedMessage>): readonly QueuedMessage[] => {
  const batch: QueuedMessage[] = [];
  let size = 0;
  for (const message of queued) {
    size += message.size;
    if (batch.length > 0 && (batch.length === MAX_BATCH_MESSAGES || size > MAX_BATCH_SIZE)) break;
    batch.push(message);
    queued.delete(message);
  }
  return batch;
};

export const resolveBatch = (batch: readonly QueuedMessage[], receipt: FrameReceipt): void => {
  const { epoch, durability } = receipt;
  const refused = new Map(receipt.refused.map(({ index, error }) => [index, error]));
  const duplicates = new Map(receipt.duplicates.map(({ index, seq }) => [index, seq]));
  let next = receipt.firstSeq;
  batch.forEach((message, index) => {
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

export const rejectBatch = (batch: readonly QueuedMessage[], error: QueueError): void => {
  for (const message of batch) message.reject(error);
};
