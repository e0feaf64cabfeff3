import { QueueError, type Receipt } from '@typed-queue/contracts';
import type { FrameReceipt } from '@typed-queue/contracts/wire';

/** Who waits for the receipt of a message. */
export interface Waiter {
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: QueueError) => void;
}

/** A message without a receipt. Its texts are kept only in the bytes of its frame. */
export interface Publication extends Waiter {
  readonly id: string;
  /** Of its texts, in characters: about as many bytes. */
  readonly size: number;
  /** Removes the listener from the publisher's signal, if there is one. */
  unwatch: (() => void) | undefined;
}

/** Settles the messages of a frame that was accepted. */
export const resolve = (publications: readonly Publication[], receipt: FrameReceipt): void => {
  const { epoch, durability } = receipt;
  const refused = new Map(receipt.refused.map(({ index, error }) => [index, error]));
  const duplicates = new Map(receipt.duplicates.map(({ index, seq }) => [index, seq]));
  let next = receipt.firstSeq;
  publications.forEach(({ id, resolve, reject }, index) => {
    const error = refused.get(index);
    const seq = duplicates.get(index);
    if (error !== undefined) reject(QueueError.fromBody(error));
    else resolve({ id, epoch, seq: seq ?? next++, duplicate: seq !== undefined, durability });
  });
};

export const reject = (publications: readonly Publication[], error: QueueError): void => {
  for (const { reject } of publications) reject(error);
};

/** The message was sent: nobody waits for its receipt any more. */
export const outcomeUnknown = (cause: unknown): QueueError => {
  const text = 'The message was sent, and may be stored: its receipt is awaited no more.';
  return new QueueError('outcome_unknown', text, { cause });
};

/** The signal aborted before. */
export const abortedBefore = (cause: unknown): QueueError =>
  new QueueError('aborted', 'The publisher gave up before the message was sent.', { cause });
