import type { AnyMessage } from '@typed-queue/contracts';
import { readMessages, type GrantHeader } from '@typed-queue/contracts/wire';
import type { Claimed } from '../delivery/member.js';
import { joinedFrames } from './joined-frames.js';

/** A claim as the header and the bytes of a binary grant. */
export const binaryGrant = (
  subscription: string,
  leaseMs: number,
  { token, attempts, frames }: Claimed,
): [GrantHeader, Uint8Array] => [{ subscription, token, leaseMs, attempts }, joinedFrames(frames)];

export interface PlainGrant {
  readonly subscription: string;
  readonly token: number;
  readonly leaseMs: number;
  readonly messages: readonly (AnyMessage & { readonly attempt: number })[];
}

/** A claim as a grant of the plain JSON form. */
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
