import type { AnyMessage } from '@typed-queue/contracts';
import { readMessages, type ReplayHeader } from '@typed-queue/contracts/wire';
import type { Piece } from '../delivery/tailing/piece.js';
import { joinedFrames } from './joined-frames.js';

const headerOf = (subscription: string, { from, to, gaps }: Piece): ReplayHeader => ({
  ...{ subscription, from, to, gaps },
});

/** A piece as the header and the bytes of a binary replay. */
export const binaryReplay = (subscription: string, piece: Piece): [ReplayHeader, Uint8Array] => [
  headerOf(subscription, piece),
  joinedFrames(piece.frames),
];

export interface PlainReplay extends ReplayHeader {
  readonly messages: readonly AnyMessage[];
}

/** A piece as a replay of the plain JSON form. */
export const plainReplay = (subscription: string, queue: string, piece: Piece): PlainReplay => ({
  ...headerOf(subscription, piece),
  messages: piece.frames.flatMap((frame) => readMessages(frame, queue)),
});
