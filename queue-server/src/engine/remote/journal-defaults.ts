import { newId } from '@typed-queue/contracts';
import { unrefAfter } from '@typed-queue/program';
import type { JournalOptions } from '../journal/journal.js';
import { RecentReads } from '../journal/reading/recent-reads.js';

/** A server that takes over reads all frames of the last segment, and only the ids of the others. */
const MAX_SEGMENT_BYTES = 8 * 1024 * 1024;

const defaults = {
  now: () => Date.now(),
  newEpoch: newId,
  steadyNow: () => performance.now(),
  cacheBytes: 8 * 1024 * 1024,
  recentReads: new RecentReads(0),
  defer: (run: () => void) => void setImmediate(run),
  probeMs: 1000,
  after: unrefAfter,
  onFrameBytes: () => undefined,
  log: () => undefined,
  measured: () => undefined,
} satisfies JournalOptions;

/** The options of a journal in a store, with the defaults of those that are missing. */
export const completeOptions = (options: JournalOptions) => {
  const { segmentBytes = Infinity } = options;
  return { ...defaults, ...options, segmentBytes: Math.min(segmentBytes, MAX_SEGMENT_BYTES) };
};
