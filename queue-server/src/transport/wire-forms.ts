import type { AnyMessage, BatchReceipt, Receipt } from '@typed-queue/contracts';
import {
  readMessages,
  type Frame,
  type FrameReceipt,
  type GrantHeader,
  type ReplayHeader,
} from '@typed-queue/contracts/wire';
import { Buffer } from 'node:buffer';
import type { TailBatch } from '../delivery/tailing/tail-batch.js';
import type { Claimed } from '../engine/claim.js';

/** Frames back to back. A single one is not copied, unless it would keep a much larger buffer in memory. */
export const concatenated = (frames: readonly Frame[]): Uint8Array => {
  const bytes = frames.map((frame) => frame.bytes);
  const [only] = bytes;
  const isMost = only !== undefined && only.byteLength * 2 >= only.buffer.byteLength;
  return isMost && bytes.length === 1 ? only : Buffer.concat(bytes);
};

/** The header of a grant, and its frames. */
export const binaryGrant = (
  subscription: string,
  leaseMs: number,
  { token, attempts, frames }: Claimed,
): [GrantHeader, Uint8Array] => [{ subscription, token, leaseMs, attempts }, concatenated(frames)];

export interface PlainGrant {
  readonly subscription: string;
  readonly token: number;
  readonly leaseMs: number;
  readonly messages: readonly (AnyMessage & { readonly attempt: number })[];
}

/** A grant in plain JSON. */
export const plainGrant = (
  subscription: string,
  leaseMs: number,
  queue: string,
  { token, attempts, frames }: Claimed,
): PlainGrant => {
  const attemptOf = (seq: number): number =>
    attempts.find(([from, to]) => from <= seq && seq <= to)?.[2] ?? 1;
  const messages = frames
    .flatMap((frame) => readMessages(frame, queue))
    .map((message) => ({ ...message, attempt: attemptOf(message.seq) }));
  return { subscription, token, leaseMs, messages };
};

/** The header of a replay, and its frames. */
export const binaryReplay = (
  subscription: string,
  { from, to, gaps, frames }: TailBatch,
): [ReplayHeader, Uint8Array] => [{ subscription, from, to, gaps }, concatenated(frames)];

export interface PlainReplay extends ReplayHeader {
  readonly messages: readonly AnyMessage[];
}

/** A replay in plain JSON. */
export const plainReplay = (
  subscription: string,
  queue: string,
  { from, to, gaps, frames }: TailBatch,
): PlainReplay => ({
  subscription,
  from,
  to,
  gaps,
  messages: frames.flatMap((frame) => readMessages(frame, queue)),
});

/** Makes the receipts of an appended frame: to be called for each message, in the order of the frame. */
export const plainReceipts = ({
  epoch,
  durability,
  firstSeq,
  duplicates,
}: FrameReceipt): ((id: string) => Receipt) => {
  const seqs = new Map(duplicates.map(({ index, seq }) => [index, seq]));
  let place = 0;
  let next = firstSeq;
  return (id) => {
    const seq = seqs.get(place++);
    if (seq !== undefined) return { id, epoch, seq, duplicate: true, durability };
    return { id, epoch, seq: next++, duplicate: false, durability };
  };
};

/** The receipt of an appended frame that is a batch. */
export const batchReceipt = (frame: Frame, appended: FrameReceipt): BatchReceipt => {
  const receiptOf = plainReceipts(appended);
  const messages = Array.from({ length: frame.count }, (_, index) => {
    const { id, seq, duplicate } = receiptOf(frame.id(index));
    return { id, seq, duplicate };
  });
  return { epoch: appended.epoch, durability: appended.durability, messages };
};
