import { readMessages, type AnyMessage, type GrantHeader } from '@typed-queue/contracts';
import { Buffer } from 'node:buffer';
import type { Claimed } from '../delivery/member.js';

/** A claim as the header and the bytes of a binary grant. The bytes of a single frame are not copied. */
export const binaryGrant = (
  subscription: string,
  leaseMs: number,
  { token, attempts, frames }: Claimed,
): [GrantHeader, Uint8Array] => {
  const bytes = frames.map((frame) => frame.bytes);
  const [only] = bytes;
  const together = only !== undefined && bytes.length === 1 ? only : Buffer.concat(bytes);
  return [{ subscription, token, leaseMs, attempts }, together];
};

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
