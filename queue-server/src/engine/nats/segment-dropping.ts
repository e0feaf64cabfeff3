import { SegmentDropping, type SegmentDroppingOptions } from '../remote/segment-dropping.js';
import { journalErrors } from './journal-errors.js';
import type { RecordStream } from './record-stream.js';
import type { StoreRequests } from './store-requests.js';
import type { StreamIndex } from './stream-index.js';

export interface NatsDroppingOptions extends Omit<SegmentDroppingOptions, 'drop' | 'failure'> {
  readonly name: string;
  readonly stream: RecordStream;
  readonly requests: StoreRequests;
  readonly index: StreamIndex;
}

/** Drops the segments of a journal: the mark of the first that is left says where it begins. */
export const natsDropping = (options: NatsDroppingOptions, logStart: number): SegmentDropping => {
  const { name, stream, requests, index } = options;
  const drop: SegmentDroppingOptions['drop'] = async (dropped, firstSeq) => {
    const place = index.place(firstSeq);
    if (place === undefined) throw new Error(`the segment from ${firstSeq} on has no place in its stream`);
    await requests.repeat(() => stream.dropBefore(place.needs));
    for (const { segment } of dropped) index.forget(segment.firstSeq);
  };
  const failure = (error: unknown): Error => journalErrors(name).failed(error);
  return new SegmentDropping({ ...options, drop, failure }, logStart);
};
