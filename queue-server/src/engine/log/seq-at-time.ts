import type { Start } from '@typed-queue/contracts';
import type { Head, LogItem } from './log.js';
import { LOOKUP } from './scan.js';

/** A log in which no message is earlier than those before it. */
interface TimedLog {
  head(): Pick<Head, 'firstSeq' | 'lastSeq'>;
  read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]>;
}

/**
 * The seq of the first message stored at a time (ms since 1970) or later, found by bisection; where messages are
 * missing before it, that of the first of them. Past the newest message when all are earlier.
 */
export const seqAtTime = async (log: TimedLog, time: number): Promise<number> => {
  const { firstSeq, lastSeq } = log.head();
  let [low, high] = [firstSeq, lastSeq + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const items = await log.read(middle, LOOKUP);
    const found = items.find((item) => item.kind === 'frame');
    if (found !== undefined && found.frame.header.time < time) low = found.frame.lastSeq + 1;
    else high = Math.min(middle, found?.frame.firstSeq ?? middle);
  }
  // Older ones may have been removed in the meantime.
  return Math.max(low, log.head().firstSeq);
};

/** The seq that reading begins with. */
export const seqAt = async (log: TimedLog, start: Start): Promise<number> => {
  const { firstSeq, lastSeq } = log.head();
  if (start === 'start') return firstSeq;
  if (start === 'now') return lastSeq + 1;
  const seq = 'time' in start ? await seqAtTime(log, start.time) : start.seq;
  return Math.min(Math.max(seq, 1), lastSeq + 1);
};
