import { encodeFrame, type Draft, type Frame, type FrameOrigin } from '@typed-queue/contracts';

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

/** An id as the 16 bytes that stand in a frame. */
export const idBytes = (id: string): DataView => {
  const hex = id.replaceAll('-', '');
  return new DataView(
    Uint8Array.from({ length: 16 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16)).buffer,
  );
};
