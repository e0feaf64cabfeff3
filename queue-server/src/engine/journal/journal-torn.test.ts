import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import fc from 'fast-check';
import { appendEach, DIR, frameOf, openForTest, readBack } from './journal.fixture.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';
import { segmentName } from './segment/segment-header.js';
import {
  FIRST,
  CHECKPOINT,
  FRAMES,
  SEQS,
  smallLog,
  bordersOf,
  seqsOfFrame,
  all,
  without,
  listed,
  flipped,
  expectMissing,
} from './small-log.fixture.js';

describe('a torn tail', () => {
  const tails: Record<string, Uint8Array> = {
    'a part of a record': frameOf(['torn']).bytes.subarray(0, 100),
    garbage: Uint8Array.from({ length: 3000 }, (_, index) => (index * 167 + 13) & 0xff),
  };

  it.each(Object.keys(tails))('of %s is cut and reported', async (name) => {
    const log = await smallLog('killed');
    const bytes = log.content(FIRST);
    log.overwrite(FIRST, Buffer.concat([bytes, tails[name] ?? new Uint8Array(0)]));
    const { journal, events } = await openForTest(log);
    const to = bytes.byteLength + (tails[name]?.byteLength ?? 0);
    expect(events).toEqual([
      { kind: 'torn-tail', file: FIRST, from: bytes.byteLength, to, nextSeq: SEQS + 1 },
    ]);
    expect([...(await readBack(journal)).texts]).toEqual([...all]);
    expect(log.content(FIRST).byteLength).toBe(bytes.byteLength);
  });

  it('of zeros is cut without a report: it was filled ahead', async () => {
    const log = await smallLog('killed');
    const bytes = log.content(FIRST);
    log.overwrite(FIRST, Buffer.concat([bytes, new Uint8Array(5000)]));
    const { journal, events } = await openForTest(log);
    expect(events).toEqual([]);
    expect([...(await readBack(journal)).texts]).toEqual([...all]);
    expect(log.content(FIRST).byteLength).toBe(bytes.byteLength);
  });

  it('whose later records are intact is cut as a whole', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk);
    await appendEach(journal, FRAMES);
    const end = disk.content(FIRST).byteLength;
    const receipts = ['x', 'y', 'z'].map((text) => journal.append(frameOf([text.repeat(70_000)])).durable);
    // The batch is written, but the power fails before its flush: the page of its first record is lost.
    let flushed = (): void => undefined;
    disk.beforeFlush = () => new Promise((resolve) => (flushed = resolve));
    await Promise.race([Promise.all(receipts), new Promise(setImmediate)]);
    flushed();
    const written = Uint8Array.from(disk.content(FIRST));
    const next = disk.restart('kill');
    const torn = written.fill(0, end + 20, end + 40);
    next.overwrite(FIRST, torn);
    next.overwrite(CHECKPOINT, new Uint8Array(0));
    const opened = await openForTest(next);
    expect(opened.events.map(({ kind }) => kind)).toEqual(['torn-tail']);
    expect(opened.journal.nextSeq).toBe(SEQS + 1);
    expect(next.content(FIRST).byteLength).toBe(end);
    // Nothing remembers where the cut records were.
    await appendEach(opened.journal, [['X'], ['Y'], ['Z']]);
    for (const seq of [SEQS + 3, SEQS + 2, SEQS + 1]) {
      expect(await opened.journal.read(seq, 1)).toMatchObject([{ kind: 'frame', frame: { firstSeq: seq } }]);
    }
  });
});

describe('damage in a sealed segment', () => {
  it('is a gap for readers, reported once, whichever bytes it hits', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk);
    await appendEach(journal, FRAMES);
    const end = disk.content(FIRST).byteLength;
    await journal.roll();
    await appendEach(journal, [['h']]);
    const bytes = disk.content(FIRST);
    const borders = bordersOf(end);
    for (let at = 0; at < bytes.byteLength; at += 3) {
      const next = disk.restart('kill');
      next.overwrite(FIRST, flipped(bytes, at, 0x20));
      const opened = await openForTest(next);
      const missing = at < end ? seqsOfFrame(borders.findLastIndex((border) => border <= at)) : [];
      for (let round = 0; round < 2; round++) {
        const { texts, gaps } = await readBack(opened.journal, 1 + round * 1000);
        expect([...texts]).toEqual([...without(missing), [8, 'h']]);
        expect(listed(gaps)).toEqual(missing);
      }
      expect(opened.events.map(({ kind }) => kind)).toEqual(missing.length > 0 ? ['gap'] : []);
    }
  });

  it('does not hide the other segments when a whole file is missing', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk);
    for (const texts of FRAMES) {
      await appendEach(journal, [texts]);
      await journal.roll();
    }
    disk.erase(join(DIR, segmentName(3)));
    const { texts, gaps } = await readBack((await openForTest(disk.restart('kill'))).journal);
    expect([...texts]).toEqual([...without([3])]);
    expect(gaps).toEqual([[3, 3]]);
  });
});

describe('random damage', () => {
  it('never shows anything that was not written, and never hides what is intact', async () => {
    const log = await smallLog('killed');
    const bytes = log.content(FIRST);
    const borders = bordersOf(bytes.byteLength);
    const hit = fc.record({
      at: fc.nat(bytes.byteLength - 1),
      with: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(hit, { minLength: 1, maxLength: 4 }), async (hits) => {
        const copy = Uint8Array.from(bytes);
        for (const { at, with: what } of hits) copy.set(what.subarray(0, copy.byteLength - at), at);
        const disk = log.restart('kill');
        disk.overwrite(FIRST, copy);
        const intact = (index: number): boolean => {
          const [from, to] = [borders[index], borders[index + 1]];
          return Buffer.compare(copy.subarray(from, to), bytes.subarray(from, to)) === 0;
        };
        const missing = FRAMES.flatMap((_, index) => (intact(index) ? [] : seqsOfFrame(index)));
        // Without any evidence left it is refused as no segment; that changes nothing.
        if (missing.length === SEQS) return;
        await expectMissing(disk, missing);
      }),
      { numRuns: 300 },
    );
  });
});
