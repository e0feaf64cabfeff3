import type { QueueHandle } from '../engine/engine.js';
import { logFrames } from '../own-logs/log-frames.js';
import type { Sending } from './schedule-records.js';

/** Which of some ids were appended to a queue since it was about to be. */
export const sentIds = async (
  log: Pick<QueueHandle, 'head' | 'read'>,
  { epoch, head }: Pick<Sending, 'epoch' | 'head'>,
  ids: ReadonlySet<string>,
): Promise<ReadonlySet<string>> => {
  const now = log.head();
  // Another log has other seqs.
  const from = now.epoch === epoch ? Math.max(head, now.firstSeq) : now.firstSeq;
  const found = new Set<string>();
  for await (const frame of logFrames(log, from)) {
    for (let index = 0; index < frame.count; index++) {
      const id = frame.id(index);
      if (ids.has(id)) found.add(id);
    }
    if (found.size === ids.size) break;
  }
  return found;
};
