import { beforeEach, describe, expect, it } from '@jest/globals';
import { LossyFileSystem } from '../lossy-file-system.fixture.js';
import type { File } from '../file-system.js';
import { ZeroFill } from './zero-fill.js';

const PATH = '/data/segment';
const BYTES = 1_000;
const LIMIT = 2_000;

let disk: LossyFileSystem;
let file: File;
let zeros: ZeroFill;

beforeEach(async () => {
  disk = new LossyFileSystem();
  file = await disk.open(PATH, 'create');
  zeros = new ZeroFill(file, 0, { bytes: BYTES, limit: LIMIT });
});

const sizeOf = (): number => disk.content(PATH).byteLength;

/** Writes bytes up to an offset, as the active segment does. */
const write = async (from: number, to: number): Promise<void> => {
  await zeros.beforeWrite(to);
  file.write([new Uint8Array(to - from).fill(1)], from);
  zeros.ahead(to - from, to);
};

describe('a segment', () => {
  it('is not filled before it holds half of what is filled at once', async () => {
    await write(0, BYTES / 2 - 1);
    await zeros.filled();
    expect(sizeOf()).toBe(BYTES / 2 - 1);
  });

  it('is filled with as much as it holds', async () => {
    await write(0, 600);
    await zeros.filled();
    expect(sizeOf()).toBe(1_200);
    expect([...disk.content(PATH).subarray(600)].every((byte) => byte === 0)).toBe(true);
  });

  it('is flushed when it is filled', async () => {
    const flushed: number[] = [];
    disk.beforeFlush = async () => void flushed.push(sizeOf());
    await write(0, 600);
    await zeros.filled();
    expect(flushed).toEqual([1_200]);
  });

  it('is filled again when little is left', async () => {
    await write(0, 600);
    await zeros.filled();
    await write(600, 650);
    await zeros.filled();
    expect(sizeOf()).toBe(1_200);
    await write(650, 750);
    await zeros.filled();
    expect(sizeOf()).toBe(1_200 + 750);
  });

  it('is not filled beyond its limit', async () => {
    await write(0, 600);
    await zeros.filled();
    await write(600, 1_100);
    await zeros.filled();
    expect(sizeOf()).toBe(LIMIT);
  });

  it('is not filled after large writes', async () => {
    const large = 64 * 1024 + 1;
    const roomy = new ZeroFill(file, 0, { bytes: 1024 * 1024, limit: Infinity });
    await roomy.beforeWrite(large);
    file.write([new Uint8Array(large)], 0);
    roomy.ahead(large, large);
    await roomy.filled();
    expect(sizeOf()).toBe(large);
  });

  it('is not filled at all without bytes', async () => {
    zeros = new ZeroFill(file, 0, { bytes: 0, limit: LIMIT });
    await write(0, 600);
    await zeros.filled();
    expect(sizeOf()).toBe(600);
  });
});

describe('while a segment is being filled', () => {
  let release: () => void;

  beforeEach(async () => {
    await write(0, 600);
    await zeros.filled();
    disk.beforeFlush = () => new Promise((resolve) => (release = resolve));
    await write(600, 800);
  });

  it('what fits into the part before is written', async () => {
    await write(800, 1_200);
    release();
    await zeros.filled();
    expect([...disk.content(PATH).subarray(0, 1_200)].every((byte) => byte === 1)).toBe(true);
  });

  it('what does not waits, and is not overwritten', async () => {
    const writing = write(800, 1_300);
    release();
    await writing;
    expect([...disk.content(PATH).subarray(0, 1_300)].every((byte) => byte === 1)).toBe(true);
  });

  it('cutting waits, and leaves nothing after the cut', async () => {
    const cutting = zeros.cut(800);
    release();
    await cutting;
    expect(sizeOf()).toBe(800);
  });
});

describe('when filling fails', () => {
  it('on a full disk the segment is written without', async () => {
    disk.capacity = 700;
    await write(0, 600);
    await zeros.filled();
    disk.capacity = Infinity;
    await write(600, 800);
    await zeros.filled();
    expect(sizeOf()).toBe(800);
  });

  it('what was filled before the disk was full is cut off', async () => {
    disk.capacity = 700;
    await write(0, 600);
    await zeros.cut(600);
    expect(sizeOf()).toBe(600);
  });

  it('on a failing disk the next write fails', async () => {
    disk.fault = ({ kind }) => (kind === 'flush' ? { kind: 'error', code: 'EIO' } : undefined);
    await write(0, 600);
    await zeros.filled();
    await expect(zeros.beforeWrite(700)).rejects.toMatchObject({ code: 'EIO' });
  });
});
