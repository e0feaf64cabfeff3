import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../engine.js';
import { frameOf, producerOf } from '../frames.fixture.js';
import { EARLIER_TOKEN, writeEarlierFolder } from './earlier-folder.fixture.js';
import { openDiskEngine } from './open-disk-engine.js';

const QUEUE = 'files';
let dir: string;
let engine: Engine;
const errors: unknown[] = [];

const open = async (): Promise<void> => {
  const queues = [{ name: QUEUE, retention: {} }];
  engine = await openDiskEngine({ dir, queues, onError: (error) => errors.push(error) });
};

beforeEach(async () => {
  errors.length = 0;
  dir = await mkdtemp(join(tmpdir(), 'earlier-'));
  await writeEarlierFolder(dir);
  await open();
});
afterEach(async () => {
  await engine.close();
  await rm(dir, { recursive: true });
});

/** Of the folder as it was recorded, and after another start of this version. */
const eachStart = async (look: () => void | Promise<void>): Promise<void> => {
  await look();
  await engine.close();
  await open();
  await look();
};

it('a folder of the build before has its six messages', () =>
  eachStart(async () => {
    expect(engine.queue(QUEUE).head()).toMatchObject({ firstSeq: 1, lastSeq: 6 });
    const items = await engine.queue(QUEUE).read(1, 1024 * 1024);
    const payloads = items.flatMap((item) =>
      item.kind === 'frame' ? (JSON.parse(`[${item.frame.texts()}]`) as unknown[]) : item,
    );
    expect(payloads).toEqual([1, 2, 3, 4, 5, 6].map((number) => ({ number, text: '' })));
  }));

it('a folder of the build before has its groups with their settings and positions', () =>
  eachStart(() => {
    expect(engine.queue(QUEUE).groups.list()).toMatchObject([
      { group: 'first', floor: 4, unsettled: 1, paused: false, deadLetters: 1, settings: { maxAttempts: 3 } },
      { group: 'later', floor: 4, unsettled: 0, paused: true, deadLetters: 0 },
    ]);
  }));

it('a folder of the build before has its dead letter', () =>
  eachStart(async () => {
    const { letters } = await engine.queue(QUEUE).deadLetters.list({});
    expect(letters).toMatchObject([{ position: 1, seq: 3, group: 'first', reason: 'never' }]);
  }));

it('a folder of the build before has the failure of a message that is to be retried, under a new token', async () => {
  const claimed = await engine.group(QUEUE, 'first').claim({ member: 'm', maxMessages: 1, maxBytes: 1024 });
  expect(claimed).toMatchObject({ frames: [{ firstSeq: 4 }], attempts: [[4, 4, 2]] });
  expect(typeof claimed === 'string' ? 0 : claimed.token).toBeGreaterThan(EARLIER_TOKEN);
});

it('a folder of the build before knows ids and producers of its messages', async () => {
  const { duplicates } = await engine.queue(QUEUE).append(frameOf([2]));
  expect(duplicates).toMatchObject([{ seq: 2 }]);
  const again = await engine.queue(QUEUE).append(frameOf([6], { producer: producerOf(1), firstNumber: 1 }));
  expect(again.duplicates).toMatchObject([{ seq: 6 }]);
});

it('a folder of the build before opens without an error', () => {
  expect(errors).toEqual([]);
});
