import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { appendEach, causeOf, DIR, frameOf, openForTest, readBack, textsOf } from './journal.fixture.js';
import type { Call, Fault } from './disk-fault.fixture.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';
import { segmentName } from './segment/segment-header.js';

const SECOND = join(DIR, segmentName(2));
const FAILED: Fault = { kind: 'error', code: 'EIO' };

/** Fails the first call of a kind from now on. */
const failOnce = (disk: LossyFileSystem, kind: Call['kind'], fault: Fault = FAILED): void => {
  disk.fault = (call) => {
    if (call.kind !== kind || call.path.endsWith('.mark')) return undefined;
    disk.fault = () => undefined;
    return fault;
  };
};

const failAlways = (disk: LossyFileSystem, kind: Call['kind']): void => {
  disk.fault = (call) => (call.kind === kind && !call.path.endsWith('.mark') ? FAILED : undefined);
};

describe('a journal whose disk fails', () => {
  const failures: [Call['kind'], number][] = [
    ['flush', 0],
    ['write', 0],
    ['write-through', 16_384],
  ];

  it.each(failures)(
    'once in a %s goes on in a new segment with the same frames',
    async (kind, inlineBytes) => {
      const disk = new LossyFileSystem();
      const { journal, events } = await openForTest(disk, { inlineBytes });
      await appendEach(journal, [['a']]);
      failOnce(disk, kind, { kind: 'error', code: 'EIO', takes: 40 });
      const { firstSeq, durable } = journal.append(frameOf(['b', 'c']));
      await durable;
      expect(firstSeq).toBe(2);
      await appendEach(journal, [['d']]);
      expect(disk.paths).toContain(SECOND);
      expect(events.map((event) => event.kind)).toContain('segment-failed');
      expect(textsOf(await readBack(journal))).toEqual(['a', 'b', 'c', 'd']);
      for (const ending of ['kill', 'power'] as const) {
        const again = await openForTest(disk.restart(ending));
        expect(textsOf(await readBack(again.journal))).toEqual(['a', 'b', 'c', 'd']);
      }
    },
  );

  it('never flushes a file again whose flush failed', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { inlineBytes: 0 });
    await appendEach(journal, [['a']]);
    failOnce(disk, 'flush');
    await appendEach(journal, [['b']]);
    const flushed: string[] = [];
    disk.fault = ({ kind, path }) => {
      if (kind === 'flush') flushed.push(path);
      return undefined;
    };
    await appendEach(journal, [['c']]);
    await journal.roll();
    await journal.close();
    expect(flushed).not.toContain(join(DIR, segmentName(1)));
    expect(flushed).toContain(SECOND);
  });

  it('in the first write of a segment replaces that segment', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { inlineBytes: 0 });
    failOnce(disk, 'flush');
    await appendEach(journal, [['a'], ['b']]);
    expect(textsOf(await readBack(journal))).toEqual(['a', 'b']);
    const again = await openForTest(disk.restart('power'));
    expect(textsOf(await readBack(again.journal))).toEqual(['a', 'b']);
  });

  it('while a segment is sealed continues without its index', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { inlineBytes: 0 });
    await appendEach(journal, [['a']]);
    failOnce(disk, 'flush');
    await journal.roll();
    await appendEach(journal, [['b']]);
    expect(textsOf(await readBack(journal))).toEqual(['a', 'b']);
    const again = await openForTest(disk.restart('power'));
    expect(textsOf(await readBack(again.journal))).toEqual(['a', 'b']);
  });

  it('twice refuses appends until a restart, but reads', async () => {
    const disk = new LossyFileSystem();
    const { journal, events } = await openForTest(disk, { inlineBytes: 0 });
    await appendEach(journal, [['a']]);
    failAlways(disk, 'flush');
    const lost: number[] = [];
    journal.onFailedFrom((fromSeq) => lost.push(fromSeq));
    expect(await causeOf(journal.append(frameOf(['b'])).durable)).toBe('storage_failed');
    disk.fault = () => undefined;
    expect(await causeOf(journal.append(frameOf(['c'])).durable)).toBe('storage_failed');
    expect(journal.fault()?.code).toBe('storage_failed');
    expect(lost).toEqual([2]);
    expect(events.at(-1)?.kind).toBe('storage-failed');
    expect(textsOf(await readBack(journal))).toEqual(['a']);
    await journal.close();
    const again = await openForTest(disk.restart('power'));
    expect(textsOf(await readBack(again.journal))).toEqual(['a']);
    await appendEach(again.journal, [['d']]);
  });

  it('ignores after a restart what the failed segment holds beyond the next one', async () => {
    const disk = new LossyFileSystem();
    const { journal, tick } = await openForTest(disk, { inlineBytes: 0 });
    await appendEach(journal, [['a']]);
    // The record reaches the file, its flush fails, and there is no room for a new segment.
    disk.fault = ({ kind, path }) => {
      if (path.endsWith('.mark')) return undefined;
      return kind === 'flush' ? FAILED : kind === 'create' ? { kind: 'error', code: 'ENOSPC' } : undefined;
    };
    expect(await causeOf(journal.append(frameOf(['failed'])).durable)).toBe('storage_full');
    disk.fault = () => undefined;
    tick();
    await new Promise(setImmediate);
    await appendEach(journal, [['b'], ['c']]);
    expect(textsOf(await readBack(journal))).toEqual(['a', 'b', 'c']);
    const again = await openForTest(disk.restart('kill'));
    const read = await readBack(again.journal);
    expect(textsOf(read)).toEqual(['a', 'b', 'c']);
    expect(read.gaps).toEqual([]);
    await again.journal.dropBefore(2);
    expect(again.journal.firstSeq).toBe(2);
  });

  it('reports the checkpoint once, and loses nothing', async () => {
    const disk = new LossyFileSystem();
    const { journal, events } = await openForTest(disk);
    disk.fault = ({ path, kind }) => (kind === 'write' && path.endsWith('.mark') ? FAILED : undefined);
    await appendEach(journal, [['a'], ['b']]);
    expect(events.filter(({ kind }) => kind === 'mark-failed')).toHaveLength(1);
    const again = await openForTest(disk.restart('power'));
    expect(textsOf(await readBack(again.journal))).toEqual(['a', 'b']);
  });

  it('at the start is an error', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk);
    await appendEach(journal, [['a']]);
    const next = disk.restart('kill');
    failOnce(next, 'flush');
    expect(await causeOf(openForTest(next))).toBe('storage_failed');
    expect(next.openFiles).toBe(0);
  });
});
