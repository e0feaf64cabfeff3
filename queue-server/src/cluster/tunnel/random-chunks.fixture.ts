import { Buffer } from 'node:buffer';
import { seededRandom } from '../../reliability/seeded-random.js';

const MAX_CHUNK_BYTES = 300_000;
const SMALL_BYTES = 2_000;

/** `totalBytes` of noise, in chunks of random sizes; half of the chunks have at most `SMALL_BYTES`. */
export function* randomChunks(totalBytes: number, onChunk: (chunk: Buffer) => void): Generator<Buffer> {
  const { below, of } = seededRandom(totalBytes);
  const noise = Buffer.from(Array.from({ length: 2 * MAX_CHUNK_BYTES }, () => below(256)));
  for (let left = totalBytes; left > 0;) {
    const bytes = Math.min(left, 1 + below(of([MAX_CHUNK_BYTES, SMALL_BYTES])));
    const from = below(MAX_CHUNK_BYTES);
    const chunk = Buffer.from(noise.subarray(from, from + bytes));
    onChunk(chunk);
    yield chunk;
    left -= bytes;
  }
}
