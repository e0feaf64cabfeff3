import { allocate } from '#bytes';
import { frameOf, writeHeader } from './encode.js';
import type { Frame } from './frame.js';
import { stampFrame } from './header.js';
import { AT, ENTRY, viewOf } from './layout.js';

const COMMA = 0x2c;

/**
 * Copies some messages, at least one, by ascending index into a new frame, without parsing their texts. Seqs are
 * consecutive within a frame: to keep those of a stamped one, pick adjacent messages.
 */
export const pickFrame = (frame: Frame, indexes: readonly number[]): Frame => {
  const { header } = frame;
  const [first = 0] = indexes;
  const runs = runsOf(indexes);
  const texts = header.headerLength + indexes.length * ENTRY.size;
  const length = runs.reduce((sum, [from, to]) => sum + frame.textEnd(to) - frame.textStart(from) + 1, -1);
  const bytes = allocate(texts + length);
  const view = viewOf(bytes);
  let at = header.headerLength;
  let end = 0;
  for (const [from, to] of runs) {
    if (end > 0) bytes[texts + end++] = COMMA;
    const start = frame.textStart(from);
    bytes.set(frame.bytes.subarray(frame.entryAt(from), frame.entryAt(to + 1)), at);
    bytes.set(frame.bytes.subarray(start, frame.textEnd(to)), texts + end);
    for (let index = from; index <= to; index++, at += ENTRY.size)
      view.setUint32(at + ENTRY.end, end + frame.textEnd(index) - start, true);
    end += frame.textEnd(to) - start;
  }
  bytes.set(frame.bytes.subarray(AT.names, header.headerLength), AT.names);
  writeHeader(bytes, { ...header, count: indexes.length });
  stampFrame(bytes, { ...header, firstSeq: header.firstSeq + first });
  return frameOf(bytes);
};

/** Adjacent indexes, both ends included: they are copied at once. */
const runsOf = (indexes: readonly number[]): (readonly [from: number, to: number])[] => {
  const runs: [number, number][] = [];
  for (const index of indexes) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] + 1 === index) last[1] = index;
    else runs.push([index, index]);
  }
  return runs;
};
