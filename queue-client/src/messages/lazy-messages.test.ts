import { describe, expect, it } from '@jest/globals';
import { frameMessages, type FrameMessages } from './lazy-messages.js';
import { concat, seqFrame } from '../consuming/grants.fixture.js';

const all = (messages: FrameMessages): unknown[] =>
  Array.from({ length: messages.length }, (_, place) => [
    messages.at(place)?.seq,
    messages.at(place)?.payload,
  ]);

describe('frameMessages', () => {
  it('reads frames back to back, from a Buffer, a Uint8Array or an ArrayBuffer', () => {
    const bytes = concat(seqFrame(3, 2), seqFrame(9, 1));
    for (const data of [bytes, Buffer.from(bytes), bytes.slice().buffer]) {
      expect(all(frameMessages(data, 'files'))).toEqual([
        [3, 3],
        [4, 4],
        [9, 9],
      ]);
    }
  });

  it('finds each message at its place, in any order, and none beside them', () => {
    const messages = frameMessages(concat(seqFrame(1, 150), seqFrame(201, 1), seqFrame(301, 70)), 'files');
    expect(messages.length).toBe(221);
    const seqs = [0, 149, 150, 151, 220, 64, 63, 1].map((place) => messages.at(place)?.seq);
    expect(seqs).toEqual([1, 150, 201, 301, 370, 65, 64, 2]);
    expect(messages.at(-1)).toBeUndefined();
    expect(messages.at(221)).toBeUndefined();
  });

  it('knows the seqs from a place on', () => {
    const messages = frameMessages(concat(seqFrame(1, 3), seqFrame(4, 2), seqFrame(9, 2)), 'files');
    expect([0, 2, 4, 6, 7].map((place) => messages.seqsFrom(place))).toEqual([
      ...[[[1, 5], [9, 10]], [[3, 5], [9, 10]], [[5, 5], [9, 10]], [[10, 10]], []], // prettier-ignore
    ]);
  });

  it('keeps only the seqs when it is released', () => {
    const messages = frameMessages(concat(seqFrame(1, 3), seqFrame(9, 2)), 'files');
    expect(messages.at(1)?.seq).toBe(2);
    messages.release();
    expect([0, 1, 4].map((place) => messages.at(place))).toEqual([undefined, undefined, undefined]);
    expect(messages.length).toBe(5);
    expect(messages.seqsFrom(1)).toEqual([
      [2, 3],
      [9, 10],
    ]);
  });

  it('refuses bytes that are no intact frames', () => {
    const bytes = concat(seqFrame(3, 2), seqFrame(9, 1));
    bytes[bytes.byteLength - 1] = 0xff;
    const broken = [bytes, bytes.subarray(0, -1), Uint8Array.of(1, 2, 3)];
    for (const data of broken) {
      expect(() => frameMessages(data, 'files')).toThrow(expect.objectContaining({ code: 'frame_invalid' }));
    }
  });
});
