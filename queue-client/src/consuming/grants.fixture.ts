import { newId } from '@typed-queue/contracts';
import { encodeFrame, type GrantHeader } from '@typed-queue/contracts/wire';

/** The bytes of a stored frame whose messages have these payloads, from a seq on. */
export const storedFrame = (firstSeq: number, payloads: readonly unknown[], event = 'save'): Uint8Array => {
  const frame = encodeFrame(
    payloads.map((payload) => ({ id: newId(), event, payload: JSON.stringify(payload) })),
  );
  frame.stamp({ firstSeq, time: 1_700_000_000_000 + firstSeq, durableOffset: 0 });
  return frame.bytes;
};

/** A frame of `count` messages from a seq on, each with its seq as payload. */
export const seqFrame = (firstSeq: number, count: number): Uint8Array =>
  storedFrame(
    firstSeq,
    Array.from({ length: count }, (_, index) => firstSeq + index),
  );

/** A frame of messages with these ordering keys, each with its seq as payload, or all with the same one. */
export const keyedFrame = (
  firstSeq: number,
  keys: readonly (string | undefined)[],
  payload?: number,
): Uint8Array => {
  const frame = encodeFrame(
    keys.map((key, index) => ({
      id: newId(),
      event: 'save',
      payload: String(payload ?? firstSeq + index),
      key,
      headers: key === undefined ? undefined : JSON.stringify({ key }),
    })),
  );
  frame.stamp({ firstSeq, time: 1_700_000_000_000, durableOffset: 0 });
  return frame.bytes;
};

export const grantHeader = (token: number, rest: Partial<GrantHeader> = {}): GrantHeader => ({
  subscription: 'files/1',
  token,
  leaseMs: 30_000,
  attempts: [],
  ...rest,
});

export const concat = (...deps: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(deps.flatMap((part) => [...part]));
