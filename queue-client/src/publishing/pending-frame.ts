import { QueueError, type Receipt } from '@typed-queue/contracts';
import { encodeFrame, type Draft, type FrameReceipt } from '@typed-queue/contracts/wire';
import { sizeOf } from './draft.js';

/** Who waits for the receipt of a message. */
export interface Publication {
  readonly id: string;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: QueueError) => void;
  /** Removes the listener from the publisher's signal, if there is one. */
  unwatch: (() => void) | undefined;
}

/** A message that is in no frame yet. */
export interface QueuedMessage {
  readonly publication: Publication;
  readonly draft: Draft;
  /** Of its texts, in characters: about as many bytes. */
  readonly size: number;
  /** Identifies its batch, whose messages are sent as one frame without others. */
  readonly batch: object | undefined;
}

/** Messages that are sent as one, until the server answered. Their texts are kept only in its bytes. */
export interface PendingFrame {
  readonly bytes: Uint8Array;
  readonly publications: readonly Publication[];
  /** Of its messages' texts, see `QueuedMessage`. */
  readonly size: number;
  /** Whether its messages are stored together or not at all. */
  readonly isBatch: boolean;
  /** Counts how often it was sent: only the answer to the last time counts. */
  attempt: number;
}

const MAX_MESSAGES = 512;
const MAX_SIZE = 128 * 1024;

export const queued = (
  draft: Draft,
  { resolve, reject }: Pick<Publication, 'resolve' | 'reject'>,
  batch?: readonly Draft[],
): QueuedMessage => {
  const publication = { id: draft.id, resolve, reject, unwatch: undefined };
  return { publication, draft, size: sizeOf(draft), batch };
};

/** Moves queued messages into a frame: the oldest, at least one; all of one batch, or those before the next batch. */
export const nextFrame = (
  queued: Set<QueuedMessage>,
  sender: { readonly producer: string; readonly firstNumber: number },
): PendingFrame => {
  const drafts: Draft[] = [];
  const publications: Publication[] = [];
  const [oldest] = queued;
  const batch = oldest?.batch;
  let size = 0;
  for (const message of queued) {
    const isFull = batch === undefined && (drafts.length === MAX_MESSAGES || size + message.size > MAX_SIZE);
    if (drafts.length > 0 && (isFull || message.batch !== batch)) break;
    size += message.size;
    drafts.push(message.draft);
    publications.push(message.publication);
    queued.delete(message);
  }
  const { bytes } = encodeFrame(drafts, sender);
  return { bytes, publications, size, isBatch: batch !== undefined, attempt: 0 };
};

export const resolveFrame = ({ publications }: PendingFrame, receipt: FrameReceipt): void => {
  const { epoch, durability } = receipt;
  const refused = new Map(receipt.refused.map(({ index, error }) => [index, error]));
  const duplicates = new Map(receipt.duplicates.map(({ index, seq }) => [index, seq]));
  let next = receipt.firstSeq;
  publications.forEach(({ id, resolve, reject }, index) => {
    const error = refused.get(index);
    if (error !== undefined) {
      reject(QueueError.fromBody(error));
      return;
    }
    const seq = duplicates.get(index);
    const duplicate = seq !== undefined;
    resolve({ id, epoch, seq: seq ?? next++, duplicate, durability });
  });
};

export const rejectFrame = ({ publications }: PendingFrame, error: QueueError): void => {
  for (const { reject } of publications) reject(error);
};
