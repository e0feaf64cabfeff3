import { QueueError, type BatchReceipt, type Receipt } from '@typed-queue/contracts';
import {
  batchReceipt,
  encodeFrame,
  type Draft,
  type Frame,
  type FrameReceipt,
} from '@typed-queue/contracts/wire';

interface Queued<R> {
  /** In characters or bytes, which are about as many. */
  readonly size: number;
  readonly resolve: (receipt: R) => void;
  readonly reject: (error: QueueError) => void;
  /** Removes the listener from the publisher's signal, if there is one. */
  unwatch?: () => void;
}

/** A message without a receipt. */
export interface QueuedMessage extends Queued<Receipt> {
  readonly kind: 'message';
  readonly draft: Draft;
}

/** Messages without a receipt that are stored together or not at all. */
export interface QueuedBatch extends Queued<BatchReceipt> {
  readonly kind: 'batch';
  /** Its producer is written when it is sent. */
  readonly frame: Frame;
}

export type QueuedPublish = QueuedMessage | QueuedBatch;

export const countOf = (publish: QueuedPublish): number =>
  publish.kind === 'message' ? 1 : publish.frame.count;

/** Messages that are sent as one, until the server answered. */
export type PendingFrame = {
  readonly bytes: Uint8Array;
  /** Of its messages. */
  readonly count: number;
  readonly size: number;
  /** Counts how often it was sent: only the answer to the last time counts. */
  attempt: number;
} & (
  | { readonly kind: 'messages'; readonly publishes: readonly QueuedMessage[] }
  | { readonly kind: 'batch'; readonly publishes: readonly [QueuedBatch] }
);

interface Sender {
  readonly producer: string;
  readonly firstNumber: number;
}

const MAX_MESSAGES = 512;
const MAX_SIZE = 128 * 1024;

/** Moves what was queued first into a frame: a batch, or messages up to the next batch. Something is queued. */
export const nextFrame = (queued: Set<QueuedPublish>, sender: Sender): PendingFrame => {
  const messages: QueuedMessage[] = [];
  let size = 0;
  for (const publish of queued) {
    if (publish.kind === 'batch') {
      if (messages.length > 0) break;
      queued.delete(publish);
      return batchFrame(publish, sender);
    }
    const isFull = messages.length === MAX_MESSAGES || size + publish.size > MAX_SIZE;
    if (messages.length > 0 && isFull) break;
    size += publish.size;
    messages.push(publish);
    queued.delete(publish);
  }
  const { bytes } = encodeFrame(
    messages.map(({ draft }) => draft),
    sender,
  );
  return { kind: 'messages', bytes, count: messages.length, publishes: messages, size, attempt: 0 };
};

const batchFrame = (batch: QueuedBatch, { producer, firstNumber }: Sender): PendingFrame => {
  const { frame, size } = batch;
  frame.setProducer(producer, firstNumber);
  return { kind: 'batch', bytes: frame.bytes, count: frame.count, publishes: [batch], size, attempt: 0 };
};

export const resolveFrame = (pending: PendingFrame, receipt: FrameReceipt): void => {
  if (pending.kind === 'messages') {
    resolveMessages(pending.publishes, receipt);
    return;
  }
  const [{ frame, resolve }] = pending.publishes;
  resolve(batchReceipt(frame, receipt));
};

const resolveMessages = (messages: readonly QueuedMessage[], receipt: FrameReceipt): void => {
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

export const rejectFrame = ({ publishes }: PendingFrame, error: QueueError): void => {
  for (const { reject } of publishes) reject(error);
};
