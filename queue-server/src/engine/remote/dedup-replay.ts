import type { DedupState } from '../journal/dedup-state.js';
import type { SegmentSource } from '../journal/reading/segment-read.js';
import type { Segment } from '../journal/segment/segment-header.js';

/** Of the frames that are read to restore, at once. */
const READ_BYTES = 1024 * 1024;

/** Restores the deduplication state of the messages of a segment from its frames. `nextSeq`: the seq after the last one. */
export const replaySegment = async (
  { segments, dedup }: { readonly segments: SegmentSource; readonly dedup: DedupState },
  segment: Segment,
  { nextSeq, snapshotNextSeq }: { readonly nextSeq: number; readonly snapshotNextSeq: number },
): Promise<void> => {
  for (let fromSeq = segment.firstSeq; fromSeq < nextSeq;) {
    const result = await segments.read({ segment, fromSeq, limitSeq: nextSeq, maxBytes: READ_BYTES });
    for (const item of result.items) {
      if (item.kind === 'frame') dedup.replay(item.frame, item.frame.firstSeq < snapshotNextSeq);
    }
    fromSeq = result.nextSeq;
  }
};
