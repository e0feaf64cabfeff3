import { QueueError } from './errors.js';
import type { Frame } from './frame/frame.js';
import type { BatchReceipt, FrameReceipt } from './receipt.js';

/**
 * Checks one message of a batch, which is refused as a whole.
 * @throws QueueError that of `check`, with the `index` and the `event` of the message in its details
 */
export const checkInBatch = <T>(index: number, event: unknown, check: () => T): T => {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    throw new QueueError(
      error.code,
      `Nothing of the batch is stored because of its message ${index}: ${error.message}`,
      { details: { ...error.details, index, event }, cause: error },
    );
  }
};

/** The receipt of a batch, from that of its frame. */
export const batchReceipt = (
  frame: Pick<Frame, 'count' | 'id'>,
  { epoch, durability, firstSeq, duplicates }: FrameReceipt,
): BatchReceipt => {
  const known = new Map(duplicates.map(({ index, seq }) => [index, seq]));
  let next = firstSeq;
  const messages = Array.from({ length: frame.count }, (_, index) => {
    const seq = known.get(index);
    return { id: frame.id(index), seq: seq ?? next++, duplicate: seq !== undefined };
  });
  return { epoch, durability, messages };
};
