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

/** Smaller pieces cost more than copying them. */
const MIN_PIECE_BYTES = 32 * 1024;

/** Frames back to back, in pieces, at least one: small frames are joined, others are not copied. */
export const piecesOf = (frames: readonly Frame[]): readonly Uint8Array[] => {
  const pieces: Uint8Array[][] = [];
  let room = 0;
  for (const { bytes } of frames) {
    if (room > 0) pieces.at(-1)?.push(bytes);
    else {
      pieces.push([bytes]);
      room = MIN_PIECE_BYTES;
    }
    room -= bytes.byteLength;
  }
  return pieces.length === 0 ? [new Uint8Array()] : pieces.map((piece) => joined(piece));
};

/** A single one is not copied, unless it would keep a much larger buffer in memory. */
const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const [only] = parts;
  const isMost = only !== undefined && only.byteLength * 2 >= only.buffer.byteLength;
  return isMost && parts.length === 1 ? only : Buffer.concat(parts);
};

/** The header of a grant, and its frames. */
export const binaryGrant = (
  subscription: string,
  leaseMs: number,
  { token, attempts, frames }: Claimed,
): [[GrantHeader], readonly Uint8Array[]] => [[{ subscription, token, leaseMs, attempts }], piecesOf(frames)];

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
): [[ReplayHeader], readonly Uint8Array[]] => [[{ subscription, from, to, gaps }], piecesOf(frames)];

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
