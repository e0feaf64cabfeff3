import { describe, expect, it } from '@jest/globals';
import { grantedMessages } from './granted.js';
import { concat, seqFrame } from './grants.fixture.js';

describe('grantedMessages', () => {
  it('reads frames back to back, from a Buffer, a Uint8Array or an ArrayBuffer', () => {
    const bytes = concat(seqFrame(3, 2), seqFrame(9, 1));
    for (const data of [bytes, Buffer.from(bytes), bytes.slice().buffer]) {
      expect(grantedMessages(data, 'files').map(({ seq, payload }) => [seq, payload])).toEqual([
        [3, 3],
        [4, 4],
        [9, 9],
      ]);
    }
  });

  it('refuses bytes that are no intact frames', () => {
    const bytes = concat(seqFrame(3, 2), seqFrame(9, 1));
    bytes[bytes.byteLength - 1] = 0xff;
    const broken = [bytes, bytes.subarray(0, -1), Uint8Array.of(1, 2, 3)];
    for (const data of broken) {
      expect(() => grantedMessages(data, 'files')).toThrow(
        expect.objectContaining({ code: 'frame_invalid' }),
      );
    }
  });
});
