import type { AnyMessage } from '@typed-queue/contracts';
import { readMessages, type ReplayHeader } from '@typed-queue/contracts/wire';
import type { TailBatch } from '../delivery/tailing/tail-batch.js';
import { joinedFrames } from './joined-frames.js';

const headerOf = (subscription: string, { from, to, gaps }: TailBatch): ReplayHeader => ({
  ...{ subscription, from, to, gaps },
});

/** A batch of a tail as the header and the bytes of a binary replay. */
export const binaryReplay = (subscription: string, batch: TailBatch): [ReplayHeader, Uint8Array] => [
  headerOf(subscription, batch),
  joinedFrames(batch.frames),
];

export interface PlainReplay extends ReplayHeader {
  readonly messages: readonly AnyMessage[];
}

/** A batch of a tail as a replay of the plain JSON form. */
export const plainReplay = (subscription: string, queue: string, batch: TailBatch): PlainReplay => ({
  ...headerOf(subscription, batch),
  messages: batch.frames.flatMap((frame) => readMessages(frame, queue)),
});
