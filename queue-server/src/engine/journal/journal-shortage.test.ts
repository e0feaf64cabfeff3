import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { RecordedDedupState } from './dedup-state.fixture.js';
import type { Call, Shortage } from './disk-fault.fixture.js';
import type { OpenMode } from './file-system.js';
import { appendEach, causeOf, DIR, frameOf, openForTest, readBack, textsOf } from './journal.fixture.js';
import type { OpenedForTest } from './journal.fixture.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';
import { segmentName } from './segment/segment-header.js';

const FIRST = join(DIR, segmentName(1));
const CODES: readonly Shortage[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN'];

const failOpening = (disk: LossyFileSystem, mode: OpenMode | 'folder', code: Shortage): void => {
  disk.openFault = (_, opened) => (opened === mode ? code : undefined);
};
const failCalls = (disk: LossyFileSystem, kind: Call['kind'], code: Shortage): void => {
  disk.fault = (call) =>
    call.kind === kind && !call.path.endsWith('.mark') ? { kind: 'error', code } : undefined;
};
const heal = (disk: LossyFileSystem): void => {
  disk.openFault = () => undefined;
  disk.fault = () => undefined;
};

/** Lets time pass until the journal accepts appends; returns the number of retries. */
const recovery = async ({ journal, tick }: OpenedForTest): Promise<number> => {
  let retries = 0;
  for (; journal.fault() !== undefined && retries < 100; retries++) {
    tick();
    await new Promise(setImmediate);
  }
  return retries;
};

describe('a journal that lacks descriptors or memory for a new segment', () => {
  const shortages: [string, (disk: LossyFileSystem, code: Shortage) => void][] = [
    ['a file is made', (disk, code) => failOpening(disk, 'create', code)],
    ['a file is opened', (disk, code) => failOpening(disk, 'write-through', code)],
    ['its folder is opened', (disk, code) => failOpening(disk, 'folder', code)],
    ['its header is written', (disk, code) => failCalls(disk, 'write', code)],
    ['its header is flushed', (disk, code) => failCalls(disk, 'flush', code)],
    ['its folder is flushed', (disk, code) => failCalls(disk, 'sync-dir', code)],
  ];

  it.each(shortages.flatMap(([when, fail]) => CODES.map((code) => [code, when, fail] as const)))(
    'by %s when %s refuses appends for now, and goes on by itself',
    async (code, _, fail) => {
      const disk = new LossyFileSystem();
      const opened = await openForTest(disk);
      const { journal, events } = opened;
      await appendEach(journal, [['a']]);
      const lost: number[] = [];
      journal.onFailedFrom((fromSeq) => lost.push(fromSeq));
      fail(disk, code);
      expect(await causeOf(journal.roll())).toBe('storage_unavailable');
      expect(journal.fault()).toMatchObject({ code: 'storage_unavailable', retryable: true });
      expect(await causeOf(journal.append(frameOf(['refused'])).durable)).toBe('storage_unavailable');
      expect(textsOf(await readBack(journal))).toEqual(['a']);
      heal(disk);
      await recovery(opened);
      expect(events.at(-1)?.kind).toBe('storage-recovered');
      await appendEach(journal, [['b'], ['c']]);
      expect(textsOf(await readBack(journal))).toEqual(['a', 'b', 'c']);
      const again = await openForTest(disk.restart('power'));
      expect(textsOf(await readBack(again.journal))).toEqual(['a', 'b', 'c']);
    },
  );

  it('rejects what waits, and assigns its seqs again', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { segmentBytes: 300 });
    await appendEach(journal, [['a']]);
    const lost: number[] = [];
    journal.onFailedFrom((fromSeq) => lost.push(fromSeq));
    failOpening(disk, 'create', 'EMFILE');
    const outcomes = ['b', 'c'].map((text) => causeOf(journal.append(frameOf([text])).durable));
    expect(await Promise.all(outcomes)).toEqual(['storage_unavailable', 'storage_unavailable']);
    expect(lost).toEqual([2]);
    expect(journal).toMatchObject({ nextSeq: 2, lastSeq: 1, bytesWaiting: 0 });
  });

  it('retries with back-off, and not after it is closed', async () => {
    const disk = new LossyFileSystem();
    const waits: number[] = [];
    let due: (() => void) | undefined;
    const after = (ms: number, run: () => void) => {
      waits.push(ms);
      due = run;
      return () => (due = undefined);
    };
    const { journal } = await openForTest(disk, { after });
    await appendEach(journal, [['a']]);
    failOpening(disk, 'create', 'EMFILE');
    await causeOf(journal.roll());
    for (let retries = 0; retries < 7; retries++) {
      due?.();
      await new Promise(setImmediate);
    }
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    await journal.close();
    expect(due).toBeUndefined();
    expect(disk.openFiles).toBe(0);
  });

  it('finds a full disk or a failed one when it has descriptors again', async () => {
    for (const [code, found] of [
      ['ENOSPC', 'storage_full'],
      ['EIO', 'storage_failed'],
    ] as const) {
      const disk = new LossyFileSystem();
      const opened = await openForTest(disk);
      await appendEach(opened.journal, [['a']]);
      failOpening(disk, 'create', 'EMFILE');
      await causeOf(opened.journal.roll());
      heal(disk);
      disk.fault = ({ kind }) => (kind === 'create' ? { kind: 'error', code } : undefined);
      opened.tick();
      await new Promise(setImmediate);
      expect(opened.journal.fault()?.code).toBe(found);
    }
  });

  it('at the start opens, and reads', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk);
    await appendEach(journal, [['a']]);
    await journal.roll();
    await journal.close();
    const next = disk.restart('power');
    next.overwrite(join(DIR, segmentName(2)), new Uint8Array(0));
    failOpening(next, 'create', 'EMFILE');
    const opened = await openForTest(next);
    expect(opened.journal.fault()?.code).toBe('storage_unavailable');
    expect(textsOf(await readBack(opened.journal))).toEqual(['a']);
    heal(next);
    await recovery(opened);
    await appendEach(opened.journal, [['b']]);
    expect(textsOf(await readBack(opened.journal))).toEqual(['a', 'b']);
  });
});

describe('a journal that lacks descriptors or memory', () => {
  it('never flushes a file again whose flush failed by that', async () => {
    const disk = new LossyFileSystem();
    const opened = await openForTest(disk, { inlineBytes: 0 });
    await appendEach(opened.journal, [['a']]);
    failCalls(disk, 'flush', 'ENOMEM');
    expect(await causeOf(opened.journal.append(frameOf(['b'])).durable)).toBe('storage_unavailable');
    const flushed = new Set<string>();
    disk.fault = ({ kind, path }) => {
      if (kind === 'flush') flushed.add(path);
      return undefined;
    };
    await recovery(opened);
    await appendEach(opened.journal, [['b'], ['c']]);
    await opened.journal.close();
    expect([...flushed]).toContain(join(DIR, segmentName(2)));
    expect([...flushed]).not.toContain(FIRST);
    const again = await openForTest(disk.restart('power'));
    expect(textsOf(await readBack(again.journal))).toEqual(['a', 'b', 'c']);
  });

  it('writes its checkpoint again when it has some again', async () => {
    const disk = new LossyFileSystem();
    const { journal, events } = await openForTest(disk);
    const checkpoint = () => Buffer.from(disk.content(join(DIR, 'durable.mark'))).toString('hex');
    await appendEach(journal, [['a']]);
    const before = checkpoint();
    disk.fault = ({ kind, path }) =>
      kind === 'write' && path.endsWith('.mark') ? { kind: 'error', code: 'ENOMEM' } : undefined;
    await appendEach(journal, [['b']]);
    expect(checkpoint()).toBe(before);
    heal(disk);
    await appendEach(journal, [['c']]);
    expect(checkpoint()).not.toBe(before);
    expect(events.map(({ kind }) => kind)).not.toContain('mark-failed');
  });

  it('is an error for a reader, who may read again', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk);
    await appendEach(journal, [['a']]);
    failOpening(disk, 'read', 'EMFILE');
    expect(await causeOf(journal.read(1, 1_000))).toBe('storage_unavailable');
    heal(disk);
    expect(textsOf(await readBack(journal))).toEqual(['a']);
  });

  it('cannot be opened, changes nothing, and opens later', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk);
    await appendEach(journal, [['a']]);
    await journal.close();
    const next = disk.restart('power');
    for (const mode of ['read', 'write', 'folder'] as const) {
      failOpening(next, mode, 'EMFILE');
      expect(await causeOf(openForTest(next))).toBe('storage_unavailable');
      expect(next.openFiles).toBe(0);
    }
    heal(next);
    expect(textsOf(await readBack((await openForTest(next)).journal))).toEqual(['a']);
  });

  it('drops no segment whose producer snapshot it could not read', async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, {
      dedup: new RecordedDedupState((nextSeq) => `up to ${nextSeq}`),
    });
    await appendEach(journal, [['a']]);
    await journal.roll();
    failOpening(disk, 'read', 'EMFILE');
    expect(await causeOf(journal.dropBefore(2))).toBe('storage_unavailable');
    expect(disk.paths).toContain(FIRST);
    heal(disk);
    await journal.dropBefore(2);
    await journal.close();
    const dedup = new RecordedDedupState();
    const again = await openForTest(disk.restart('power'), { dedup });
    expect([again.journal.firstSeq, dedup.restoredProducers]).toEqual([2, 'up to 2']);
  });
});

describe.each([0, 16_384])(
  'whichever calls fail for want of memory (inline up to %i bytes)',
  (inlineBytes) => {
    /** Publishes each text until it is acknowledged; the shortage ends by itself. */
    const work = async (opened: OpenedForTest): Promise<void> => {
      const { journal } = opened;
      const insist = async (run: () => Promise<void>): Promise<void> => {
        for (let cause = await causeOf(run()); cause !== 'resolved'; cause = await causeOf(run())) {
          expect(cause).toBe('storage_unavailable');
          await recovery(opened);
        }
      };
      for (let n = 1; n <= 6; n++) {
        await insist(() => journal.append(frameOf([`message ${n}`])).durable);
        if (n % 2 === 0) await insist(() => journal.roll());
      }
      await insist(() => journal.dropBefore(3));
    };

    it('nothing acknowledged is lost or doubled, and no journal stays read-only', async () => {
      const clean = new LossyFileSystem();
      await work(await openForTest(clean, { inlineBytes, dedup: new RecordedDedupState() }));
      expect(clean.calls).toBeGreaterThan(30);
      for (let first = 4; first < clean.calls; first++) {
        const disk = new LossyFileSystem();
        const opened = await openForTest(disk, { inlineBytes, dedup: new RecordedDedupState() });
        disk.fault = ({ index }) =>
          index >= first && index < first + 3 ? { kind: 'error', code: 'ENOMEM', takes: 20 } : undefined;
        await work(opened);
        const messages = [3, 4, 5, 6].map((n) => `message ${n}`);
        expect(textsOf(await readBack(opened.journal))).toEqual(messages);
        const again = await openForTest(disk.restart('power'), { inlineBytes });
        expect([first, textsOf(await readBack(again.journal))]).toEqual([first, messages]);
      }
    });
  },
);
