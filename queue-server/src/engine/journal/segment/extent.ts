import { KIND } from '@typed-queue/contracts/wire';
import type { File } from '../file-system.js';
import { FrameScanner, scanFrames } from './frame-scanner.js';
import { readFooter } from './segment-footer.js';
import { startOf, HEADER_SIZE, type Segment } from './segment-header.js';
import { SparseIndex } from './sparse-index.js';

/** Where the messages of a segment are. */
export interface Extent {
  readonly index: SparseIndex;
  /** Where they end: of the active segment, the durable offset. */
  readonly end: number;
}

export interface LoadedExtent extends Extent {
  /** The latest time of a message, 0 when there is none. */
  readonly time: number;
}

/** The extent of a segment that is no longer written: from its footer, or by a scan when that is damaged or missing. */
export const loadExtent = async (file: File, segment: Segment, limitSeq: number): Promise<LoadedExtent> => {
  const size = await file.size();
  const footer = await readFooter(file, size, segment.path);
  if (footer?.content) return { index: footer.content.index, end: footer.end, time: footer.time };
  const index = new SparseIndex();
  let time = 0;
  let end = HEADER_SIZE;
  const scanner = new FrameScanner(segment.path, startOf(segment), limitSeq);
  await scanFrames(
    file,
    scanner,
    ({ frame, offset }) => {
      // The index frame may be intact when the trailer is not.
      if (frame.header.kind === KIND.index) return 'stop';
      end = offset + frame.header.length;
      time = Math.max(time, frame.header.time);
      index.add(frame.firstSeq, offset, frame.header.time);
      return 'continue';
    },
    { end: footer?.end ?? size },
  );
  return { index, end, time };
};
