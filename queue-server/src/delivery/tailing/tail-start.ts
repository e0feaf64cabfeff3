import type { Position, Reset, Start } from '@typed-queue/contracts';
import type { QueueHandle } from '../../engine/engine.js';

export interface TailStart {
  /** The seq that the tail begins with. */
  readonly next: number;
  /** The position was meant for another log. */
  readonly reset: Reset | undefined;
}

/** Where a tail begins. A seq that the log has not reached yet was given by another log, as one of another epoch. */
export const tailStart = async (
  queue: Pick<QueueHandle, 'head' | 'seqAt'>,
  from: Start | Position,
): Promise<TailStart> => {
  if (typeof from === 'string' || 'time' in from) {
    return { next: await queue.seqAt(from), reset: undefined };
  }
  const { epoch, firstSeq, lastSeq } = queue.head();
  const foreign = 'epoch' in from && from.epoch !== epoch;
  if (!foreign && from.seq <= lastSeq + 1) return { next: from.seq, reset: undefined };
  return { next: firstSeq, reset: { reason: 'reset', from: from.seq, epoch } };
};
