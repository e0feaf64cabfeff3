import { describe, expect, it } from '@jest/globals';
import type { Retention } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import fc from 'fast-check';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Time } from '../conformance/time.fixture.js';
import { draftOf, frameOf, idOf } from '../frames.fixture.js';
import { MemoryLog } from './memory-log.js';

const open = (retention: Retention = {}): MemoryLog => {
  const time = new Time();
  return new MemoryLog({ retention, now: () => time.now, after: time.after, onError: () => undefined });
};

const KIB = 1024;

setFlagsFromString('--expose-gc');
// Safe: the flag above makes it a function of every new context.
const collectGarbage = runInNewContext('gc') as () => void;

const appendKnown = async (log: MemoryLog, number: number): Promise<WeakRef<object>> => {
  const frame = frameOf([number]);
  await log.append(frame);
  return new WeakRef(frame.bytes);
};

describe('the log in memory', () => {
  it('frees memory during fast writes, without waiting for a timer', async () => {
    const log = open({ maxBytes: 512 * KIB });
    for (let number = 1; number <= 200; number++) {
      await log.append(encodeFrame([draftOf(number, 'x'.repeat(32 * KIB))]));
    }
    const { bytes, firstSeq } = log.head();
    expect(bytes).toBeGreaterThanOrEqual(512 * KIB);
    // Two segments more at most: the oldest, and the one that grows.
    expect(bytes).toBeLessThan((512 + 2 * 96) * KIB);
    const [gap, item] = await log.read(1, 1);
    expect(gap).toEqual({ kind: 'gap', gap: { from: 1, to: firstSeq - 1, reason: 'retention' } });
    expect(item).toMatchObject({ frame: { firstSeq } });
    await log.close();
  });

  it('holds nothing that it removed', async () => {
    const log = open();
    const removed = await appendKnown(log, 1);
    await log.trim(2);
    const kept = await appendKnown(log, 2);
    await new Promise(setImmediate);
    collectGarbage();
    expect([removed.deref() !== undefined, kept.deref() !== undefined]).toEqual([false, true]);
    await log.close();
  });

  it('has every message or the gap in its place after any trims', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constant('trim' as const), before: fc.nat(60) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), async (steps) => {
        const log = open();
        for (const one of steps) {
          const { firstSeq, lastSeq } = log.head();
          if (one.kind === 'trim') {
            await log.trim(one.before);
            expect(log.head().firstSeq).toBe(one.before > lastSeq ? lastSeq + 1 : firstSeq);
          } else {
            await log.append(frameOf(Array.from({ length: one.count }, (_, index) => lastSeq + 1 + index)));
          }
          await expectWhole(log);
        }
      }),
      { numRuns: 50 },
    );
  });
});

const expectWhole = async (log: MemoryLog): Promise<void> => {
  const { firstSeq, lastSeq } = log.head();
  for (let from = 1; from <= lastSeq; from++) {
    let next = from;
    for (const item of await log.read(from, Infinity)) {
      if (item.kind === 'gap') {
        expect(item.gap).toEqual({ from: next, to: firstSeq - 1, reason: 'retention' });
        next = firstSeq;
        continue;
      }
      expect(item.frame.id(next - item.frame.firstSeq)).toBe(idOf(next));
      next = item.frame.lastSeq + 1;
    }
    expect(next).toBe(lastSeq + 1);
  }
};
