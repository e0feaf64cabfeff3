import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { RecordedDedupState } from './dedup-state.fixture.js';
import type { Journal } from './journal.js';
import { encodeBlock } from './segment/block.js';
import { appendEach, causeOf, DIR, openForTest, readBack } from './journal.fixture.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';
import { encodeSegmentHeader, HEADER_SIZE, segmentName } from './segment/segment-header.js';

const FIRST = join(DIR, segmentName(1));
const CHECKPOINT = join(DIR, 'durable.mark');

const twoSegments = async (): Promise<LossyFileSystem> => {
  const disk = new LossyFileSystem();
  const { journal } = await openForTest(disk);
  await appendEach(journal, [['a']]);
  await journal.roll();
  await appendEach(journal, [['b']]);
  await journal.close();
  return disk.restart('power');
};

/** Bytes with a higher version and a new checksum over `length` bytes from 4 on. */
const newer = (bytes: Uint8Array, start: number, versionAt: number, length: number): Uint8Array => {
  const copy = Buffer.from(bytes);
  copy[start + versionAt] = 9;
  copy.writeUInt32LE(crc32(copy.subarray(start + 4, start + length)), start);
  return copy;
};

/** Opens it, expects a refusal that names the file, and that nothing was changed. */
const expectRefusal = async (disk: LossyFileSystem, named: string, details: object = {}): Promise<void> => {
  const before = disk.paths.map((path) => [path, Buffer.from(disk.content(path)).toString('hex')]);
  const refusal = await openForTest(disk, { dedup: new RecordedDedupState() }).catch(
    (error: unknown) => error,
  );
  expect(refusal).toMatchObject({ code: 'journal_unsupported', details: { file: named, ...details } });
  expect(disk.paths.map((path) => [path, Buffer.from(disk.content(path)).toString('hex')])).toEqual(before);
  expect(disk.calls).toBe(0);
  expect(disk.openFiles).toBe(0);
};

describe('a journal is refused, and nothing changed,', () => {
  it('when a segment is of an unknown version', async () => {
    const disk = await twoSegments();
    disk.overwrite(FIRST, newer(disk.content(FIRST), 0, 8, HEADER_SIZE));
    await expectRefusal(disk, FIRST, { version: 9 });
  });

  it('when a record of the last segment is of an unknown version', async () => {
    const disk = await twoSegments();
    const path = join(DIR, segmentName(2));
    const bytes = Buffer.from(disk.content(path));
    disk.overwrite(path, newer(bytes, HEADER_SIZE, 6, bytes.readUInt32LE(HEADER_SIZE + 8)));
    await expectRefusal(disk, path, { version: 9 });
  });

  it('when the trailer of a segment or the checkpoint is', async () => {
    const disk = await twoSegments();
    const bytes = disk.content(FIRST);
    disk.overwrite(FIRST, newer(bytes, bytes.byteLength - HEADER_SIZE, 8, HEADER_SIZE));
    await expectRefusal(disk, FIRST, { version: 9 });
    const other = await twoSegments();
    other.overwrite(CHECKPOINT, newer(other.content(CHECKPOINT), 0, 8, HEADER_SIZE));
    await expectRefusal(other, CHECKPOINT, { version: 9 });
  });

  it('when a log file is no segment', async () => {
    const disk = await twoSegments();
    const path = join(DIR, segmentName(3));
    disk.overwrite(path, Buffer.from('2026-11-23 19:10 the server was started\n'.repeat(20)));
    await expectRefusal(disk, path);
  });

  it('when a log file does not have the name of a segment', async () => {
    const disk = await twoSegments();
    const path = join(DIR, 'server.log');
    disk.overwrite(path, new Uint8Array(0));
    await expectRefusal(disk, path);
  });

  it('when a segment has another name than its header says, or belongs to another journal', async () => {
    const disk = await twoSegments();
    const path = join(DIR, segmentName(3));
    disk.overwrite(path, disk.content(FIRST));
    await expectRefusal(disk, path);
    disk.overwrite(path, encodeSegmentHeader({ epoch: 'other', firstSeq: 3, created: 0 }));
    await expectRefusal(disk, path);
  });
});

it('a record of an unknown version in an older segment refuses the read, not the start', async () => {
  const disk = await twoSegments();
  const bytes = Buffer.from(disk.content(FIRST));
  disk.overwrite(FIRST, newer(bytes, HEADER_SIZE, 6, bytes.readUInt32LE(HEADER_SIZE + 8)));
  const { journal } = await openForTest(disk);
  expect(await causeOf(journal.read(1, 100))).toBe('journal_unsupported');
  expect(await journal.read(2, 100)).toHaveLength(1);
});

describe('a segment that was being created when the process stopped', () => {
  const shapes: Record<string, Uint8Array> = {
    'nothing in it': new Uint8Array(0),
    'a part of its header': encodeSegmentHeader({ epoch: 'e', firstSeq: 3, created: 0 }).subarray(0, 40),
    zeros: new Uint8Array(4096),
  };

  it.each(Object.keys(shapes))('with %s is replaced', async (name) => {
    const disk = await twoSegments();
    disk.overwrite(join(DIR, segmentName(3)), shapes[name] ?? new Uint8Array(0));
    const { journal, events } = await openForTest(disk);
    expect(events.map(({ kind }) => kind)).toEqual(['torn-tail', 'segment-started']);
    await appendEach(journal, [['c']]);
    expect([...(await readBack(journal)).texts.values()]).toEqual(['a', 'b', 'c']);
  });
});

describe('a range of zeros over the header and the messages of a segment', () => {
  const withZeros = async (seq: number, from: number, left: number): Promise<Journal> => {
    const disk = await twoSegments();
    const path = join(DIR, segmentName(seq));
    const bytes = Buffer.from(disk.content(path));
    disk.overwrite(path, bytes.fill(0, from, bytes.byteLength - left));
    return (await openForTest(disk)).journal;
  };

  it.each([0, 2, 6, 20])('from byte %d on does not keep a sealed segment from being opened', async (from) => {
    const journal = await withZeros(1, from, HEADER_SIZE);
    expect((await readBack(journal)).gaps).toEqual([[1, 1]]);
    await journal.close();
  });

  it.each([0, 2, 6, 20])('from byte %d on does not keep the last segment from being opened', async (from) => {
    const journal = await withZeros(2, from, 4);
    expect((await readBack(journal)).gaps).toEqual([[2, 2]]);
    await journal.close();
  });
});

it('a checkpoint of another epoch does not count', async () => {
  const disk = await twoSegments();
  disk.overwrite(CHECKPOINT, encodeBlock('MARK', { epoch: 'other', numbers: [2, 9999, 99, 0] }));
  const { journal } = await openForTest(disk);
  expect(journal.lastSeq).toBe(2);
});
