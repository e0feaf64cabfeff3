import { type Draft, encodeFrame, type Frame, type FrameOrigin } from '@typed-queue/contracts/wire';
import type { LogItem } from './engine.js';

/** A UUID that differs from others by its number. */
export const idOf = (number: number): string =>
  `01890000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

/** Names a producer. */
export const producerOf = (number: number): string =>
  `0189ffff-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

export const draftOf = (number: number, text = ''): Draft => ({
  id: idOf(number),
  event: 'said',
  payload: JSON.stringify({ number, text }),
});

/** A frame of messages that are known by their numbers, not stored yet. */
export const frameOf = (numbers: readonly number[], origin: FrameOrigin = {}): Frame =>
  encodeFrame(
    numbers.map((number) => draftOf(number)),
    origin,
  );

/** The frame as a log would give it back. */
export const stored = (frame: Frame, firstSeq: number): Frame => {
  frame.stamp({ firstSeq, time: 1_000, durableOffset: 0 });
  return frame;
};

/** An id as its 16 bytes in a frame. */
export const idBytes = (id: string): DataView => {
  const hex = id.replaceAll('-', '');
  return new DataView(
    Uint8Array.from({ length: 16 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16)).buffer,
  );
};

/** Where the logs of `logOf` begin. */
export const FIRST_SEQ = 5;
/** A stored frame of messages with these texts. */
const frameAt = (firstSeq: number, texts: readonly string[]): Frame =>
  stored(encodeFrame(texts.map((text, index) => draftOf(firstSeq + index, text))), firstSeq);

/** A log from `FIRST_SEQ` on: an item is a gap of some length, or a frame by the texts of its messages. */
export const logOf = (plan: readonly (number | readonly string[])[]): LogItem[] => {
  let next = FIRST_SEQ;
  return plan.map((item): LogItem => {
    const from = next;
    next += typeof item === 'number' ? item : item.length;
    return typeof item === 'number'
      ? { kind: 'gap', gap: { from, to: next - 1, reason: 'damage' } }
      : { kind: 'frame', frame: frameAt(from, item) };
  });
};
