import { crc32 } from '#bytes';
import { frameOf } from './encode.js';
import type { Frame } from './frame.js';
import { writeHeaderCrc } from './header.js';
import { AT, ENTRY, viewOf } from './layout.js';

/** The frame with the priorities of some of its messages, by index: in its own bytes, which must not be shared. */
export const prioritised = (frame: Frame, priorities: ReadonlyMap<number, number>): Frame => {
  const { bytes, header } = frame;
  const view = viewOf(bytes);
  for (const [index, priority] of priorities) view.setUint8(frame.entryAt(index) + ENTRY.priority, priority);
  view.setUint32(AT.bodyCrc, crc32(bytes, header.headerLength, bytes.byteLength), true);
  writeHeaderCrc(bytes, view);
  return frameOf(bytes);
};
