import { describe, expect, it } from '@jest/globals';
import { encodeFrame, type Frame } from '@typed-queue/contracts/wire';
import * as fc from 'fast-check';
import { NO_SEQ } from '../dedup/id-table.js';
import { draftOf } from '../frames.fixture.js';
import { MemoryLog } from '../memory/memory-log.js';
import { KeySeqs } from './key-seqs.js';
import { KeyTable } from './key-table.js';

let number = 0;
/** A frame of messages with these keys; '': without. */
const frameOf = (keys: readonly string[]): Frame =>
  encodeFrame(
    keys.map((key) => ({
      ...draftOf(++number),
      ...(key !== '' && { key, headers: JSON.stringify({ key }) }),
    })),
  );

const newLog = (): MemoryLog =>
  new MemoryLog({ retention: {}, now: () => 0, after: () => () => undefined, onError: () => undefined });

const lastOf = async (seqs: KeySeqs, key: string): Promise<number> => {
  for (let last = seqs.last(key); ; last = seqs.last(key)) {
    if (typeof last === 'number') return last;
    await last;
  }
};

/** All keys have the same hash. */
class OneEntry extends KeyTable {
  override get(): number {
    return super.get('');
  }
  override raise(_: string, seq: number, firstSeq: number): void {
    super.raise('', seq, firstSeq);
  }
}

const KEYS = ['a', 'b', 'c', 'never'];
const frames = fc.array(fc.array(fc.constantFrom('', 'a', 'b', 'c'), { minLength: 1, maxLength: 4 }), {
  maxLength: 8,
});

describe('the last seq of a key', () => {
  it.each([
    ['each', () => new KeyTable()],
    ['none', () => new OneEntry()],
  ])(
    'is exact where %s of the keys has a hash of its own, before and after the log was read',
    async (_, newTable) => {
      await fc.assert(
        fc.asyncProperty(frames, frames, fc.nat(20), async (before, after, trimmed) => {
          const log = newLog();
          const stored: string[] = [];
          const append = async (keys: readonly string[]): Promise<Frame> => {
            const frame = frameOf(keys);
            await log.append(frame);
            stored.push(...keys);
            return frame;
          };
          for (const keys of before) await append(keys);
          if (trimmed < 5) await log.trim(Infinity);
          const seqs = new KeySeqs(log, newTable());
          const check = async (): Promise<void> => {
            for (const key of KEYS) {
              const last = stored.lastIndexOf(key) + 1;
              expect([key, await lastOf(seqs, key)]).toEqual([key, last < log.firstSeq ? NO_SEQ : last]);
            }
          };
          for (const keys of after) {
            const frame = await append(keys);
            seqs.add(frame, frame.firstSeq);
            if (keys.length > 2) await check();
          }
          await check();
        }),
        { numRuns: 200 },
      );
    },
  );

  it('is exact of many keys that are asked for at once', async () => {
    const log = newLog();
    const keys = Array.from({ length: 6_000 }, (_, n) => `key ${n}`);
    for (let from = 0; from < keys.length; from += 1_000)
      await log.append(frameOf(keys.slice(from, from + 1_000)));
    const seqs = new KeySeqs(log);
    expect(await Promise.all(keys.map((key) => lastOf(seqs, key)))).toEqual(keys.map((_, n) => n + 1));
  });

  it('is found without reading when it was asked for before, or no message has the key', async () => {
    const log = newLog();
    await log.append(frameOf(['a', 'b']));
    const seqs = new KeySeqs(log);
    expect(await lastOf(seqs, 'a')).toBe(1);
    expect(seqs.last('a')).toBe(1);
    expect(seqs.last('new')).toBe(NO_SEQ);
    const next = frameOf(['a']);
    await log.append(next);
    seqs.add(next, 3);
    expect(seqs.last('a')).toBe(3);
  });
});
