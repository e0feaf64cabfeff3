import type { QueueHandle } from '../engine/engine.js';
import { LOOKUP } from '../engine/log/scan.js';

/** How many gaps in a row are skipped. */
const MAX_GAPS_SKIPPED = 3;

/** When the message at a seq, or the next after it, was stored, in milliseconds since 1970; undefined: there is none. */
export const messageTime = async (
  queue: Pick<QueueHandle, 'read'>,
  seq: number,
): Promise<number | undefined> => {
  let next = seq;
  for (let gaps = 0; gaps <= MAX_GAPS_SKIPPED; gaps++) {
    const [first] = await queue.read(next, LOOKUP);
    if (first === undefined) return undefined;
    if (first.kind === 'frame') return first.frame.header.time;
    next = first.gap.to + 1;
  }
  return undefined;
};

/** The age of the message at a seq, or the next after it, in milliseconds, at one moment. Groups at one position share a read. */
export const agesOf = (
  queue: Pick<QueueHandle, 'read'>,
  now: number,
): ((seq: number) => Promise<number | undefined>) => {
  const times = new Map<number, Promise<number | undefined>>();
  return async (seq) => {
    const reading = times.get(seq) ?? messageTime(queue, seq);
    times.set(seq, reading);
    const time = await reading;
    return time === undefined ? undefined : Math.max(0, now - time);
  };
};
