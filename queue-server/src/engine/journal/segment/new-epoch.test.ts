import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendEach, openForTest, readBack, textsOf } from '../journal.fixture.js';
import { nodeFileSystem } from '../node-file-system.js';
import { changeEpoch } from './new-epoch.js';

const SEGMENT_BYTES = 256;
const FRAMES = [['a'], ['b'], ['c'], ['d'], ['e'], ['f']];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'new-epoch-'));
});
afterEach(() => rm(dir, { recursive: true }));

const reopen = () => openForTest(nodeFileSystem, { dir, segmentBytes: SEGMENT_BYTES });

/** A journal of several sealed segments, whose oldest is dropped. */
const filled = async (): Promise<string> => {
  const { journal } = await reopen();
  await appendEach(journal, FRAMES);
  await journal.dropBefore(3);
  await journal.close();
  return journal.epoch;
};

it('is that of every block, and changes nothing else', async () => {
  const former = await filled();
  expect(await changeEpoch(nodeFileSystem, dir, 'another')).toBe(former);
  const { journal, events } = await reopen();
  expect([journal.epoch, events]).toEqual(['another', []]);
  expect(textsOf(await readBack(journal))).toEqual(['c', 'd', 'e', 'f']);
  // Known to be dropped, not lost.
  expect(await journal.read(1, 1)).toMatchObject([{ gap: { from: 1, to: 2, reason: 'retention' } }, {}]);
  await journal.close();
  expect(await changeEpoch(nodeFileSystem, dir, 'a third')).toBe('another');
});

it('leaves a damaged header as it is', async () => {
  const former = await filled();
  const [name = ''] = (await readdir(dir)).filter((each) => each.endsWith('.log')).sort();
  const file = await open(join(dir, name), 'r+');
  await file.write(Buffer.from('xx'), 0, 2, 20);
  await file.close();
  expect(await changeEpoch(nodeFileSystem, dir, 'another')).toBe(former);
  const { journal } = await reopen();
  expect(journal.epoch).toBe('another');
  expect(textsOf(await readBack(journal))).toEqual(['c', 'd', 'e', 'f']);
  await journal.close();
});
