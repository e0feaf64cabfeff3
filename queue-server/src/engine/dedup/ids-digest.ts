import type { Frame } from '@typed-queue/contracts/wire';
import type { SentFrame } from './producers.js';

/**
 * A digest of 53 bits of the ids of the first and the last message that has a seq, and of the number of messages as
 * published. A frame that is sent again has the same; one of other messages, under the same number, has another.
 * 0: the frame lacks one of the two messages.
 */
export const idsDigest = (frame: Frame, seqs: SentFrame['seqs']): number => {
  const { published } = frame.header;
  const first = placeOf(frame, seqs === undefined ? 0 : seqs.findIndex((seq) => seq !== 0));
  const last = placeOf(frame, seqs === undefined ? published - 1 : seqs.findLastIndex((seq) => seq !== 0));
  if (first < 0 || last < 0) return 0;
  const view = new DataView(frame.bytes.buffer, frame.bytes.byteOffset, frame.bytes.byteLength);
  let high = published;
  let low = ~published;
  for (const at of [frame.entryAt(first), frame.entryAt(last)]) {
    for (let byte = 0; byte < 16; byte += 4) {
      const word = view.getUint32(at + byte);
      high = mix(high ^ word, 0x85ebca6b);
      low = mix(low ^ word, 0xc2b2ae35);
    }
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
};

/** Where a message stands in a frame, by its index as published; -1: nowhere. */
const placeOf = (frame: Frame, index: number): number => {
  const { published } = frame.header;
  if (frame.count === published) return index < published ? index : -1;
  for (let place = 0; place < frame.count; place++) if (frame.publishedIndex(place) === index) return place;
  return -1;
};

const mix = (value: number, factor: number): number => {
  const product = Math.imul(value, factor);
  return Math.imul(product ^ (product >>> 15), 0x9e3779b1);
};
