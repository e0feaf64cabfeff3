import { allocate } from '#bytes';
import { frameOf, writeHeader } from './encode.js';
import type { Frame } from './frame.js';
import { stampFrame } from './header.js';
import { ENTRY, viewOf } from './layout.js';

const COMMA = 0x2c;

/**
 * Copies some messages, at least one, by ascending index into a new frame, without parsing their texts. Seqs are
 * consecutive within a frame: to keep those of a stamped one, pick adjacent messages.
 */
export const pickFrame = (frame: Frame, indexes: readonly number[]): Frame => {
  const { header } = frame;
  const [first = 0] = indexes;
  const texts = header.headerLength + indexes.length * ENTRY.size;
  const length = indexes.reduce((sum, index) => sum + frame.textEnd(index) - frame.textStart(index) + 1, -1);
  const bytes = allocate(texts + length);
  const view = viewOf(bytes);
  let end = 0;
  indexes.forEach((index, position) => {
    const at = header.headerLength + position * ENTRY.size;
    if (position > 0) bytes[texts + end++] = COMMA;
    const text = frame.bytes.subarray(frame.textStart(index), frame.textEnd(index));
    bytes.set(frame.bytes.subarray(frame.entryAt(index), frame.entryAt(index + 1)), at);
    bytes.set(text, texts + end);
    end += text.byteLength;
    view.setUint32(at + ENTRY.end, end, true);
  });
  writeHeader(bytes, view, { ...header, count: indexes.length });
  stampFrame(bytes, { ...header, firstSeq: header.firstSeq + first });
  return frameOf(bytes);
};
