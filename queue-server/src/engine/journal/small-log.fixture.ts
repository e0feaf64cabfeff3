import { expect } from '@jest/globals';
import { join } from 'node:path';
import { appendEach, DIR, frameOf, openForTest, readBack } from './journal.fixture.js';
import { LossyFileSystem } from './lossy-file-system.fixture.js';
import { HEADER_SIZE, segmentName } from './segment/segment-header.js';

export const FIRST = join(DIR, segmentName(1));
export const CHECKPOINT = join(DIR, 'durable.mark');
export const FRAMES = [['a', 'b'], ['c'], ['d', 'e', 'f'], ['g']];
export const SEQS = 7;

/** A log of seven messages in four frames and batches, its process killed or closed. */
export const smallLog = async (ending: 'killed' | 'closed'): Promise<LossyFileSystem> => {
  const disk = new LossyFileSystem();
  const { journal } = await openForTest(disk);
  await appendEach(journal, FRAMES);
  if (ending === 'closed') await journal.close();
  return disk.restart(ending === 'closed' ? 'power' : 'kill');
};

/** Where each frame of the small log begins, and where the last one ends. */
export const bordersOf = (size: number): number[] => {
  const borders = [HEADER_SIZE];
  for (const texts of FRAMES) borders.push((borders.at(-1) ?? 0) + frameOf(texts).bytes.byteLength);
  expect(borders.at(-1)).toBe(size);
  return borders;
};

export const seqsOfFrame = (index: number): number[] => {
  const before = FRAMES.slice(0, index).flat().length;
  return (FRAMES[index] ?? []).map((_, index) => before + index + 1);
};

export const all = new Map(FRAMES.flat().map((text, index) => [index + 1, text]));
export const without = (missing: readonly number[]): Map<number, string> =>
  new Map([...all].filter(([seq]) => !missing.includes(seq)));
export const listed = (ranges: readonly (readonly [number, number])[]): number[] =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));

export const flipped = (bytes: Uint8Array, at: number, mask: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
};

/** Opens what is left, and checks that exactly `missing` is a gap, that seqs continue, and that a restart finds the same. */
export const expectMissing = async (disk: LossyFileSystem, missing: readonly number[]): Promise<void> => {
  const { journal } = await openForTest(disk);
  const { texts, gaps } = await readBack(journal);
  expect([...texts]).toEqual([...without(missing)]);
  expect(listed(gaps)).toEqual(missing);
  expect(journal.nextSeq).toBe(SEQS + 1);
  const again = await openForTest(disk.restart('power'));
  const second = await readBack(again.journal);
  expect([...second.texts]).toEqual([...texts]);
  expect(listed(second.gaps)).toEqual(missing);
  await again.journal.append(frameOf(['later'])).durable;
  expect((await readBack(again.journal)).texts.get(SEQS + 1)).toBe('later');
};
