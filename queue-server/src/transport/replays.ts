import { readMessages, type AnyMessage, type ReplayHeader } from '@typed-queue/contracts';
import { Buffer } from 'node:buffer';
import type { Piece } from '../delivery/tailing/piece.js';

const headerOf = (subscription: string, { from, to, gaps }: Piece): ReplayHeader => ({
  ...{ subscription, from, to, gaps },
});

/** A piece as the header and the bytes of a binary replay. The bytes of a single frame are not copied. */
export const binaryReplay = (subscription: string, piece: Piece): [ReplayHeader, Uint8Array] => {
  const bytes = piece.frames.map((frame) => frame.bytes);
  const [only] = bytes;
  const together = only !== undefined && bytes.length === 1 ? only : Buffer.concat(bytes);
  return [headerOf(subscription, piece), together];
};

export interface PlainReplay extends ReplayHeader {
  readonly messages: readonly AnyMessage[];
}

/** A piece as a replay of the plain JSON form. */
export const plainReplay = (subscription: string, queue: string, piece: Piece): PlainReplay => ({
  ...headerOf(subscription, piece),
  messages: piece.frames.flatMap((frame) => readMessages(frame, queue)),
});
