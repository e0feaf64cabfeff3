import type { Frame } from '@typed-queue/contracts/wire';
import { Buffer } from 'node:buffer';

/** The bytes of frames, back to back. A single frame is not copied, unless it would keep much more alive than itself. */
export const joinedFrames = (frames: readonly Frame[]): Uint8Array => {
  const bytes = frames.map((frame) => frame.bytes);
  const [only] = bytes;
  const isMost = only !== undefined && only.byteLength * 2 >= only.buffer.byteLength;
  return isMost && bytes.length === 1 ? only : Buffer.concat(bytes);
};
