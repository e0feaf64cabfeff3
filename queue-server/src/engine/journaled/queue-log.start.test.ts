import { describe, expect, it } from '@jest/globals';
import { MINUTE } from '@typed-queue/contracts';
import { encodeFrame, type Frame } from '@typed-queue/contracts/wire';
import { join } from 'node:path';
import { Duplicates } from '../dedup/duplicates.js';
import { draftOf } from '../frames.fixture.js';
import { LossyFileSystem, type Ending } from '../journal/lossy-file-system.fixture.js';
import { openJournal, type FolderOptions } from '../journal/open-journal.js';
import { BLOCK_SIZE } from '../journal/segment/block.js';
import { HEADER_SIZE, segmentName } from '../journal/segment/segment-header.js';
import { seededRandom } from '../../reliability/seeded-random.js';
import { QueueLog } from './queue-log.js';

const DIR = '/log';
const BEGIN = 1_700_000_000_000;
const SEGMENT_BYTES = 64 * 1024;
/** Messages of about 4 KiB: all but the ids of a segment is far larger than what a start may read of it. */
const TEXT = 'x'.repeat(4_000);
const PER_SEGMENT = 15;
const never = () => () => undefined;

const frameOf = (number: number): Frame => encodeFrame([draftOf(number, TEXT)]);

const open = async (
  disk: LossyFileSystem,
  now: number,
  options: Partial<FolderOptions> = {},
): Promise<QueueLog> => {
  const duplicates = new Duplicates(undefined, () => now);
  const journal = await openJournal({
    dir: DIR,
    fileSystem: disk,
    segmentBytes: SEGMENT_BYTES,
    now: () => now,
    dedup: duplicates,
    ...options,
  });
  const rules = { retention: {}, now: () => now, after: never, onError: () => undefined };
  return new QueueLog(journal, duplicates, rules);
};

const segmentsOn = (disk: LossyFileSystem): string[] => disk.paths.filter((path) => path.endsWith('.log'));

/** A log of `count` messages, one after the other, whose process then ends. */
const diskOf = async (
  messages: number,
  ending: Ending | 'closed' = 'closed',
  options: Partial<FolderOptions> = {},
): Promise<LossyFileSystem> => {
  const disk = new LossyFileSystem();
  const log = await open(disk, BEGIN, options);
  for (let number = 1; number <= messages; number++) await log.append(frameOf(number));
  if (ending !== 'closed') return disk.restart(ending);
  await log.close();
  return disk.restart('power');
};

/** Publishes messages again; the known seq of each, 0 for unknown ones. */
const knownBy = async (log: QueueLog, numbers: readonly number[]): Promise<number[]> => {
  const seqs: number[] = [];
  for (const number of numbers) seqs.push((await log.append(frameOf(number))).duplicates[0]?.seq ?? 0);
  return seqs;
};

const upTo = (messages: number): number[] => Array.from({ length: messages }, (_, index) => index + 1);

/** Two messages a segment. */
const SMALL = { segmentBytes: 9_000 };

/** Publishes messages until the process stops, and counts those that were acknowledged. */
const publishUpTo = async (messages: number, disk: LossyFileSystem): Promise<number> => {
  let acked = 0;
  try {
    const log = await open(disk, BEGIN, SMALL);
    for (; acked < messages; acked++) await log.append(frameOf(acked + 1));
  } catch {
    // It stopped.
  }
  return acked;
};

/** What a start may read of a sealed segment whose messages it need not read. */
const FOOTER_BYTES = 1_200;

describe('what a start reads of a log', () => {
  const messages = 9 * PER_SEGMENT + PER_SEGMENT - 1;

  it.each<Ending | 'closed'>(['closed', 'kill', 'power'])(
    'right after its traffic is the last segment once, and of each sealed one no message (%s)',
    async (ending) => {
      const disk = await diskOf(messages, ending);
      const segments = segmentsOn(disk);
      const last = disk.content(segments.at(-1) ?? '').byteLength;
      expect([segments.length, last > 50_000]).toEqual([10, true]);
      const log = await open(disk, BEGIN);
      expect(disk.bytesRead).toBeLessThan(last + segments.length * FOOTER_BYTES);
      expect(await knownBy(log, upTo(messages))).toEqual(upTo(messages));
    },
  );

  it('of many small segments grows with their ids, not with their messages', async () => {
    const disk = await diskOf(200, 'power', SMALL);
    const segments = segmentsOn(disk).length;
    expect(segments).toBe(100);
    const log = await open(disk, BEGIN, SMALL);
    expect(disk.bytesRead).toBeLessThan(10_000 + segments * FOOTER_BYTES);
    expect(disk.used).toBeGreaterThan(800_000);
    expect(await knownBy(log, upTo(200))).toEqual(upTo(200));
  });

  it('is no id of a segment whose ids are all older than five minutes', async () => {
    const disk = await diskOf(messages);
    const segments = segmentsOn(disk);
    const last = disk.content(segments.at(-1) ?? '').byteLength;
    const log = await open(disk, BEGIN + 6 * MINUTE);
    // The header of each, the newest producer snapshot, and the trailers on the way to it.
    expect(disk.bytesRead).toBeLessThan(last + segments.length * BLOCK_SIZE + 1_000);
    expect(await knownBy(log, [1])).toEqual([0]);
  });

  it('includes each sealed segment of a log from before footers had ids', async () => {
    const sealed = new Duplicates();
    sealed.ids = () => undefined;
    const disk = await diskOf(messages, 'closed', { dedup: sealed });
    const log = await open(disk, BEGIN);
    expect(disk.bytesRead).toBeGreaterThan(disk.used * 0.9);
    expect(await knownBy(log, upTo(messages))).toEqual(upTo(messages));
  });
});

describe('the ids of a log after a restart', () => {
  it('are counted among the bytes of the log, before it and after', async () => {
    const disk = new LossyFileSystem();
    const log = await open(disk, BEGIN);
    for (const number of upTo(3 * PER_SEGMENT)) await log.append(frameOf(number));
    const bytesOf = (on: LossyFileSystem): number =>
      segmentsOn(on).reduce((sum, path) => sum + on.content(path).byteLength, 0);
    expect(log.head().bytes).toBe(bytesOf(disk));
    const next = disk.restart('kill');
    expect((await open(next, BEGIN)).head().bytes).toBe(bytesOf(next));
  });

  it('are known, too, when they were restored from footers before', async () => {
    let disk = await diskOf(3 * PER_SEGMENT);
    for (let starts = 0; starts < 3; starts++) {
      await (await open(disk, BEGIN)).close();
      disk = disk.restart('power');
    }
    const log = await open(disk, BEGIN);
    expect(await knownBy(log, upTo(3 * PER_SEGMENT))).toEqual(upTo(3 * PER_SEGMENT));
  });

  it('are known of four minutes, whichever segments they are in', async () => {
    const disk = await diskOf(2 * PER_SEGMENT);
    const log = await open(disk, BEGIN + 4 * MINUTE);
    expect(await knownBy(log, [1, 2 * PER_SEGMENT])).toEqual([1, 2 * PER_SEGMENT]);
  });

  it('do not include those of a torn write, not even of its whole frames', async () => {
    const disk = await diskOf(2);
    const log = await open(disk, BEGIN, { inlineBytes: 0 });
    disk.fault = ({ kind }) => (kind === 'flush' ? { kind: 'stop' } : undefined);
    // They are written together; the first of them does not reach the disk.
    await Promise.race([3, 4, 5].map((number) => log.append(frameOf(number)))).catch(() => undefined);
    const next = disk.restart('kill');
    const path = join(DIR, segmentName(1));
    const bytes = Uint8Array.from(next.content(path));
    const frameBytes = (bytes.byteLength - HEADER_SIZE) / 5;
    bytes.fill(0, HEADER_SIZE + 2 * frameBytes, HEADER_SIZE + 2.5 * frameBytes);
    next.overwrite(path, bytes);
    const again = await open(next, BEGIN);
    expect(again.head().lastSeq).toBe(2);
    expect(await knownBy(again, [1, 2, 5, 4, 3])).toEqual([1, 2, 0, 0, 0]);
  });

  it.each<Ending>(['kill', 'power', 'tear'])(
    'are those of the messages that are there, whichever call the process stopped in (%s)',
    async (ending) => {
      for (let stop = 0, ended = false; !ended; stop++) {
        const random = seededRandom(stop).below;
        const disk = new LossyFileSystem();
        disk.fault = ({ index }) => (index === stop ? { kind: 'stop', takes: random(9_000) } : undefined);
        const acked = await publishUpTo(12, disk);
        ended = disk.calls <= stop;
        const again = await open(disk.restart(ending, random), BEGIN, SMALL);
        const { lastSeq } = again.head();
        expect(lastSeq).toBeGreaterThanOrEqual(acked);
        const known = await knownBy(again, upTo(lastSeq + 1));
        expect([stop, ...known]).toEqual([stop, ...upTo(lastSeq), 0]);
      }
    },
  );
});

describe('a footer with one flipped bit', () => {
  it('loses no known id and does not turn a new message into a duplicate', async () => {
    const sound = await diskOf(5, 'closed', SMALL);
    const path = join(DIR, segmentName(1));
    const content = sound.content(path);
    const lastText = Buffer.from(content).lastIndexOf(TEXT);
    const footerBits = 8 * (content.byteLength - lastText - TEXT.length);
    expect(footerBits).toBeGreaterThan(8 * 300);
    for (let bit = 8 * content.byteLength - footerBits; bit < 8 * content.byteLength; bit += 7) {
      const disk = sound.restart('power');
      const flipped = Uint8Array.from(content);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      disk.overwrite(path, flipped);
      const log = await open(disk, BEGIN, SMALL);
      expect([bit, ...(await knownBy(log, [1, 2, 3, 4, 5, 6]))]).toEqual([bit, 1, 2, 3, 4, 5, 0]);
    }
  });
});
