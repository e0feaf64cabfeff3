import { describe, expect, it } from '@jest/globals';
import type { Frame } from '@typed-queue/contracts/wire';
import { frameOf, stored } from '../../frames.fixture.js';
import { frameOf as textFrame, openForTest } from '../journal.fixture.js';
import type { Journal } from '../journal.js';
import { LossyFileSystem } from '../lossy-file-system.fixture.js';
import { NewestFrames } from './newest-frames.js';

/** All of a size, with a message each. */
const frames = Array.from({ length: 20 }, (_, index) => stored(frameOf([10 + index]), index + 1));
const FRAME_BYTES = frames[0]?.bytes.byteLength ?? 0;

const firstKept = (newest: NewestFrames): number | undefined =>
  frames.find(({ firstSeq }) => newest.read(firstSeq, 0) !== undefined)?.firstSeq;
/** Adds frames up to a seq, one after the other. */
const addTo = (newest: NewestFrames, [from, to]: readonly [number, number]): void => {
  for (const frame of frames.slice(from - 1, to)) newest.add([frame]);
};

describe('the newest frames', () => {
  const open = (): NewestFrames => new NewestFrames(10 * FRAME_BYTES, 2 * FRAME_BYTES);

  it('are few while nobody follows the log', () => {
    const newest = open();
    addTo(newest, [1, 20]);
    expect(firstKept(newest)).toBe(19);
  });

  it('are all that a follower has yet to read, up to the limit', () => {
    const newest = open();
    newest.follow(() => 13);
    newest.follow(() => 15);
    addTo(newest, [1, 20]);
    expect(firstKept(newest)).toBe(13);
  });

  it('go when all followers have read them', () => {
    const newest = open();
    const next = [5, 5];
    next.forEach((_, index) => newest.follow(() => next[index] ?? 0));
    addTo(newest, [1, 9]);
    next[0] = 10;
    addTo(newest, [10, 10]);
    expect(firstKept(newest)).toBe(5);
    next[1] = 8;
    addTo(newest, [11, 11]);
    expect(firstKept(newest)).toBe(8);
  });

  it('are not kept for a follower that lags by more than the limit', () => {
    const newest = open();
    newest.follow(() => 3);
    addTo(newest, [1, 12]);
    expect(firstKept(newest)).toBe(3);
    addTo(newest, [13, 13]);
    expect(firstKept(newest)).toBe(12);
  });

  it('are not kept for one that has ended, although another began at the same function', () => {
    const newest = open();
    let position = 5;
    const next = (): number => position;
    const ends = [newest.follow(next), newest.follow(next)];
    ends[0]?.();
    addTo(newest, [1, 10]);
    expect(firstKept(newest)).toBe(5);
    ends[1]?.();
    position = 6;
    addTo(newest, [11, 11]);
    expect(firstKept(newest)).toBe(10);
  });
});

const MEGABYTE = 1_000_000;
/** Ten messages of 1 KB. */
const tenKilobytes = (): Frame => textFrame(Array.from({ length: 10 }, () => 'x'.repeat(1_000)));

/** A reader that follows a journal. */
class Reader {
  next: number;
  readonly #journal: Journal;

  constructor(journal: Journal, next: number) {
    this.#journal = journal;
    this.next = next;
    journal.follow(() => this.next);
  }

  async read(maxBytes = MEGABYTE): Promise<void> {
    const [item] = await this.#journal.read(this.next, maxBytes);
    if (item?.kind === 'frame') this.next = item.frame.lastSeq + 1;
  }

  async readAll(): Promise<void> {
    while (this.next <= this.#journal.lastSeq) await this.read();
  }
}

describe('readers that follow a journal', () => {
  const openDisk = async () => {
    const disk = new LossyFileSystem();
    const { journal } = await openForTest(disk, { cacheBytes: 4 * MEGABYTE });
    const before = disk.bytesRead;
    return { journal, bytesRead: () => disk.bytesRead - before };
  };

  it('read no file when they are in step, however much is appended', async () => {
    const { journal, bytesRead } = await openDisk();
    const readers = Array.from({ length: 20 }, () => new Reader(journal, 1));
    for (let count = 0; count < 600; count++) {
      await journal.append(tenKilobytes()).durable;
      for (const reader of readers) await reader.read();
    }
    expect(readers.map(({ next }) => next)).toEqual(readers.map(() => 6_001));
    expect(bytesRead()).toBe(0);
  });

  it('read no file when they lag by less than the limit', async () => {
    const { journal, bytesRead } = await openDisk();
    const reader = new Reader(journal, 1);
    for (let count = 0; count < 300; count++) await journal.append(tenKilobytes()).durable;
    await reader.readAll();
    expect(bytesRead()).toBe(0);
  });

  it('read files when they begin later', async () => {
    const { journal, bytesRead } = await openDisk();
    for (let count = 0; count < 300; count++) await journal.append(tenKilobytes()).durable;
    await new Reader(journal, 1).readAll();
    expect(bytesRead()).toBeGreaterThan(2 * MEGABYTE);
  });
});
