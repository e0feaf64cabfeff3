import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { appendEach, causeOf, DIR, frameOf, openForTest, readBack, textsOf } from './journal.fixture.js';
import type { Call, Fault } from './disk-fault.fixture.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';
import { segmentName } from './segment/segment-header.js';
const FAILED: Fault = { kind: 'error', code: 'EIO' };

/** Fails the first call of a kind from now on. */
const failOnce = (disk: LossyFileSystem, kind: Call['kind'], fault: Fault = FAILED): void => {
  disk.fault = (call) => {
    if (call.kind !== kind || call.path.endsWith('.mark')) return undefined;
    disk.fault = () => undefined;
    return fault;
  };
};

describe.each([0, 16_384])('a journal on a disk that is full (inline up to %i bytes)', (inlineBytes) => {
  const fill = async () => {
    const disk = new LossyFileSystem();
    const opened = await openForTest(disk, { inlineBytes, segmentBytes: 100_000 });
    await appendEach(opened.journal, [['a']]);
    disk.capacity = disk.used + 200;
    return { disk, ...opened };
  };

  it('rejects what waits, assigns its seqs again and keeps what is durable', async () => {
    const { disk, journal, events } = await fill();
    const lost: number[] = [];
    journal.onFailedFrom((fromSeq) => lost.push(fromSeq));
    const size = disk.content(join(DIR, segmentName(1))).byteLength;
    const outcomes = await Promise.all(
      ['b', 'c', 'd'].map((text) => causeOf(journal.append(frameOf([text, text])).durable)),
    );
    expect(outcomes).toEqual(['storage_full', 'storage_full', 'storage_full']);
    expect(lost).toEqual([2]);
    expect(journal).toMatchObject({ nextSeq: 2, lastSeq: 1, bytesWaiting: 0 });
    expect(journal.fault()?.code).toBe('storage_full');
    expect(await causeOf(journal.append(frameOf(['e'])).durable)).toBe('storage_full');
    expect(await causeOf(journal.roll())).toBe('storage_full');
    expect(await causeOf(journal.whenDurable(2))).toBe('storage_full');
    expect(disk.content(join(DIR, segmentName(1))).byteLength).toBe(size);
    expect(textsOf(await readBack(journal))).toEqual(['a']);
    expect(events.at(-1)?.kind).toBe('storage-full');
  });

  it('continues when a probe finds room, and leaves no probe file', async () => {
    const { disk, journal, events, tick } = await fill();
    await causeOf(journal.append(frameOf(['x'.repeat(300)])).durable);
    tick();
    await new Promise(setImmediate);
    expect(journal.fault()?.code).toBe('storage_full');
    disk.capacity = Number.POSITIVE_INFINITY;
    tick();
    await new Promise(setImmediate);
    expect(journal.fault()).toBeUndefined();
    expect(events.at(-1)?.kind).toBe('storage-recovered');
    await appendEach(journal, [['b'], ['c']]);
    await journal.close();
    expect(disk.paths).toEqual([join(DIR, segmentName(1)), join(DIR, 'durable.mark')]);
    const again = await openForTest(disk.restart('power'));
    expect(textsOf(await readBack(again.journal))).toEqual(['a', 'b', 'c']);
  });

  it('opens and reads while it is full, even without room for a new segment', async () => {
    const { disk, journal } = await fill();
    await appendEach(journal, [['b']]);
    await journal.roll().catch(() => undefined);
    const next = disk.restart('kill');
    next.overwrite(join(DIR, segmentName(1)), disk.content(join(DIR, segmentName(1))).slice(0, -1));
    next.capacity = next.used;
    const opened = await openForTest(next, { inlineBytes });
    expect(opened.journal.fault()?.code).toBe('storage_full');
    expect((await readBack(opened.journal)).gaps).toEqual([[2, 2]]);
    next.capacity = Number.POSITIVE_INFINITY;
    opened.tick();
    await new Promise(setImmediate);
    await appendEach(opened.journal, [['c']]);
    expect(textsOf(await readBack(opened.journal))).toEqual(['a', 'c']);
    await opened.journal.close();
  });
});

it('a quota that is used up counts as a full disk', async () => {
  const disk = new LossyFileSystem();
  const { journal } = await openForTest(disk, { inlineBytes: 0 });
  failOnce(disk, 'write', { kind: 'error', code: 'EDQUOT', takes: 10 });
  expect(await causeOf(journal.append(frameOf(['a'])).durable)).toBe('storage_full');
});
