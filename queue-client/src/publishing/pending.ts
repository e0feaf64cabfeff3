import { QueueError, type Receipt } from '@typed-queue/contracts';
import type { Draft, FrameReceipt } from '@typed-queue/contracts/wire';

/** A message that waits for its receipt, and the promise of it. */
export interface Pending {
  readonly draft: Draft;
  /** Of its texts, in characters: about as many bytes. */
  readonly size: number;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: QueueError) => void;
  /** Stops listening to the publisher's signal, when there is one. */
  unwatch?: () => void;
}

const MAX_BATCH_MESSAGES = 512;
const MAX_BATCH_SIZE = 128 * 1024;

/** Takes what goes into the next frame: the oldest messages, one at least. */
export const takeBatch = (waiting: Set<Pending>): readonly Pending[] => {
  const batch: Pending[] = [];
  let size = 0;
  for (const pending of waiting) {
    size += pending.size;
    if (batch.length > 0 && (batch.length === MAX_BATCH_MESSAGES || size > MAX_BATCH_SIZE)) break;
    batch.push(pending);
    waiting.delete(pending);
  }
  return batch;
};

/** Tells each message of a frame what the frame's receipt says of it. */
export const resolveBatch = (batch: readonly Pending[], receipt: FrameReceipt): void => {
  const { epoch, durability } = receipt;
  const refused = new Map(receipt.refused.map(({ index, error }) => [index, error]));
  const duplicates = new Map(receipt.duplicates.map(({ index, seq }) => [index, seq]));
  let next = receipt.firstSeq;
  batch.forEach((pending, index) => {
    const error = refused.get(index);
    if (error !== undefined) {
      pending.reject(QueueError.fromBody(error));
      return;
    }
    const seq = duplicates.get(index);
    const duplicate = seq !== undefined;
    pending.resolve({ id: pending.draft.id, epoch, seq: seq ?? next++, duplicate, durability });
  });
};

export const rejectBatch = (batch: readonly Pending[], error: QueueError): void => {
  for (const pending of batch) pending.reject(error);
};
