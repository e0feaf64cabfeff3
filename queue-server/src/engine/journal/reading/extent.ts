import { KIND } from '@typed-queue/contracts/wire';
import type { File } from '../file-system.js';
import { FrameWalk } from '../recovery/frame-walk.js';
import { scan } from '../recovery/scan.js';
import { readSeal } from '../segment/seal.js';
import { HEADER_SIZE, type Segment } from '../segment/segment-header.js';
import { SparseIndex } from '../segment/sparse-index.js';

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

/** The extent of a segment that is not written any more: from its seal, or by a scan when that is damaged or missing. */
export const loadExtent = async (file: File, segment: Segment, limitSeq: number): Promise<LoadedExtent> => {
  const size = await file.size();
  const seal = await readSeal(file, size, segment.path);
  if (seal?.content) return { index: seal.content.index, end: seal.end, time: seal.time };
  return scanExtent(file, segment, seal?.end ?? size, limitSeq);
};

const scanExtent = async (
  file: File,
  { path, firstSeq }: Segment,
  size: number,
  limitSeq: number,
): Promise<LoadedExtent> => {
  const index = new SparseIndex();
  let time = 0;
  let end = HEADER_SIZE;
  const walk = new FrameWalk(path, { seq: firstSeq, offset: HEADER_SIZE }, limitSeq);
  await scan(file, size, walk, ({ frame, offset }) => {
    // It may still be there when the trailer is not.
    if (frame.header.kind === KIND.index) return 'stop';
    end = offset + frame.header.length;
    time = Math.max(time, frame.header.time);
    index.add(frame.firstSeq, offset, frame.header.time);
    return 'go-on';
  });
  return { index, end, time };
};
