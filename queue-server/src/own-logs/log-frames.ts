import type { Frame } from '@typed-queue/contracts/wire';
import type { QueueHandle } from '../engine/engine.js';
import { scanLog } from '../engine/log/scan.js';

/** The frames of a log from a seq on, up to its present end. The first may begin before the seq. */
export const logFrames = async function* (
  log: Pick<QueueHandle, 'head' | 'read'>,
  fromSeq: number,
): AsyncGenerator<Frame> {
  const { lastSeq } = log.head();
  const scanned = { lastSeq, read: log.read.bind(log) };
  for await (const item of scanLog(scanned, undefined, fromSeq)) if (item.kind === 'frame') yield item.frame;
};
