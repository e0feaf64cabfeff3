import { expect, it } from '@jest/globals';
import { encodeFrame } from '@typed-queue/contracts/wire';
import fc from 'fast-check';
import type { LogItem } from '../engine.js';
import { draftOf } from '../frames.fixture.js';
import { seqAtTime } from './seq-at-time.js';

const FIRST_SEQ = 5;

/** Frames and gaps by their lengths; a frame is `later` ms after the one before. */
const someLog = fc.array(
  fc.record({ messages: fc.integer({ min: 1, max: 4 }), later: fc.nat(3), missing: fc.boolean() }),
);

it('finds the message after the last earlier one, in a log with any gaps', async () => {
  await fc.assert(
    fc.asyncProperty(someLog, async (parts) => {
      let [next, time] = [FIRST_SEQ, 100];
      const items = parts.map(({ messages, later, missing }): LogItem => {
        const from = next;
        next += messages;
        time += later;
        if (missing) return { kind: 'gap', gap: { from, to: next - 1, reason: 'damage' } };
        const frame = encodeFrame(Array.from({ length: messages }, (_, index) => draftOf(from + index)));
        frame.stamp({ firstSeq: from, time, durableOffset: 0 });
        return { kind: 'frame', frame };
      });
      const lastOf = (item: LogItem): number => (item.kind === 'gap' ? item.gap.to : item.frame.lastSeq);
      let reads = 0;
      const log = {
        head: () => ({ firstSeq: FIRST_SEQ, lastSeq: next - 1 }),
        read: async (fromSeq: number) => {
          reads++;
          const from = items.findIndex((item) => lastOf(item) >= fromSeq);
          const end = items.findIndex((item, index) => index >= from && item.kind === 'frame');
          return items.slice(from, end < 0 ? items.length : end + 1);
        },
      };
      for (let wanted = 99; wanted <= time + 1; wanted++) {
        const earlier = items.filter((item) => item.kind === 'frame' && item.frame.header.time < wanted);
        const last = earlier.at(-1);
        expect(await seqAtTime(log, wanted)).toBe(last === undefined ? FIRST_SEQ : lastOf(last) + 1);
      }
      expect(reads).toBeLessThanOrEqual((time - 97) * (Math.log2(next - FIRST_SEQ + 1) + 1));
    }),
  );
});

it('never returns a seq that was removed during the search', async () => {
  let firstSeq = 1;
  const log = {
    head: () => ({ firstSeq, lastSeq: 9 }),
    read: async (): Promise<LogItem[]> => {
      firstSeq = 7;
      return [];
    },
  };
  expect(await seqAtTime(log, 1)).toBe(7);
});
