import { describe, expect, it } from '@jest/globals';
import { appendEach, frameOf, openForTest, readBack } from './journal.fixture.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';
import { FIRST, CHECKPOINT, FRAMES, SEQS, smallLog, all } from './small-log.fixture.js';

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
    let endFlush = (): void => undefined;
    disk.beforeFlush = () => new Promise((resolve) => (endFlush = resolve));
    await Promise.race([Promise.all(receipts), new Promise(setImmediate)]);
    // So that nothing waits for it after the test; the restart below begins with what was written before.
    endFlush();
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
