import { readAt, type File } from '../file-system.js';
import type { FrameWalk, Visit } from './frame-walk.js';

/** What a scan of a whole file reads at once. */
const SCAN_CHUNK = 1024 * 1024;

/**
 * Walks through a file up to an offset, in reads of `chunk` bytes, or more where a frame is larger. The frames
 * that are met are views on the memory of the read, which is not used again.
 */
export const scan = async (
  file: File,
  end: number,
  walk: FrameWalk,
  visit: Visit,
  chunk = SCAN_CHUNK,
): Promise<void> => {
  let want = chunk;
  while (walk.offset < end && !walk.stopped) {
    const length = Math.min(want, end - walk.offset);
    const bytes = await readAt(file, walk.offset, length);
    // A file may be shorter than its trailer or mark says.
    const last = bytes.byteLength < length || walk.offset + length >= end;
    want = Math.max(walk.walk(bytes, last, visit), chunk);
    if (bytes.byteLength < length) return;
  }
};
