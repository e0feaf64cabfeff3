import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { QUEUE, Trial } from '../conformance/trial.fixture.js';
import type { TrialGroup } from '../conformance/trial-group.fixture.js';
import { draftOf } from '../frames.fixture.js';
import { LossyFileSystem } from '../journal/lossy-file-system.fixture.js';
import { openDiskEngine } from './open-disk-engine.js';

let disk: LossyFileSystem;
let trial: Trial;
let group: TrialGroup;
let frameBytes: number[];

beforeEach(async () => {
  disk = new LossyFileSystem();
  frameBytes = [];
  const onFrameBytes = (bytes: number): unknown => frameBytes.push(bytes);
  trial = new Trial(
    (steering, dir) => openDiskEngine({ ...steering, fileSystem: disk, onFrameBytes, dir }),
    undefined,
  );
  await trial.start();
  group = await trial.group();
  frameBytes = [];
});
afterEach(() => trial.end());

/** Appends messages of 100 kB, a frame each. */
const append = async ([from, to]: readonly [number, number]): Promise<void> => {
  for (let number = from; number <= to; number++) {
    await trial.engine.queue(QUEUE).append(encodeFrame([draftOf(number, 'x'.repeat(100_000))]));
  }
};

/** Claims and settles everything; resolves with how many bytes were read from files meanwhile. */
const consume = async (): Promise<number> => {
  const before = disk.bytesRead;
  for (let claimed = await group.claim('a'); claimed; claimed = await group.claim('a')) {
    await group.ack('a', claimed.token);
  }
  return disk.bytesRead - before;
};

it('a group that follows the log reads no file, in step or 5 MB behind it', async () => {
  trial.engine.group(QUEUE, group.group).follow();
  await append([1, 50]);
  expect(await consume()).toBe(0);
  for (let number = 51; number <= 70; number++) {
    await append([number, number]);
    expect(await consume()).toBe(0);
  }
  expect(await group.floor()).toBe(71);
});

it('what the groups that follow the log have claimed is not kept', async () => {
  trial.engine.group(QUEUE, group.group).follow();
  await append([1, 20]);
  await consume();
  await append([21, 40]);
  const before = disk.bytesRead;
  await trial.engine.queue(QUEUE).read(1, 1);
  expect(disk.bytesRead - before).toBeGreaterThan(0);
});

it('a group that no longer follows the log reads files', async () => {
  trial.engine.group(QUEUE, group.group).follow()();
  await append([1, 50]);
  expect(await consume()).toBeGreaterThan(4_000_000);
});

it('the engine reports the bytes of frames, when they are appended and when they are read from files', async () => {
  await append([1, 30]);
  const appended = frameBytes.reduce((sum, bytes) => sum + bytes, 0);
  expect(appended).toBeGreaterThan(3_000_000);
  expect(appended).toBeLessThan(3_100_000);
  await trial.restart();
  frameBytes = [];
  await consume();
  const read = frameBytes.reduce((sum, bytes) => sum + bytes, 0);
  expect(read).toBeGreaterThan(3_000_000);
});
