import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../engine.js';
import { frameOf } from '../frames.fixture.js';
import { openDiskEngine } from './open-disk-engine.js';

const QUEUE = 'files';
let root: string;
let errors: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'copied-'));
  errors = [];
});
afterEach(() => rm(root, { recursive: true }));

const open = (name: string): Promise<Engine> =>
  openDiskEngine({
    dir: join(root, name),
    queues: [{ name: QUEUE, retention: {} }],
    onError: (error) => errors.push(String(error)),
  });

/** Copies some folders of a server that is running. */
const copy = async (...folders: readonly string[]): Promise<void> => {
  for (const each of folders) {
    await cp(join(root, 'running', each), join(root, 'copy', each), { recursive: true });
  }
};

const work = async (engine: Engine, numbers: readonly number[]): Promise<void> => {
  await engine.queue(QUEUE).append(frameOf(numbers));
  const group = engine.group(QUEUE, 'g');
  const claimed = await group.claim({ member: 'm', maxMessages: 10, maxBytes: 1024 * 1024 });
  if (typeof claimed === 'string') throw new Error(`The group had ${claimed} to deliver.`);
  const settled = await group.settle({ member: 'm', token: claimed.token, outcome: { kind: 'ack' } });
  await settled.durable;
};

/** Two messages are settled before the first folders are copied, two more before the others. */
const copyWhileRunning = async (first: readonly string[], second: readonly string[]): Promise<void> => {
  const engine = await open('running');
  await engine.group(QUEUE, 'g').open({ start: 'start' });
  await work(engine, [1, 2]);
  await copy(...first);
  await work(engine, [3, 4]);
  await copy(...second);
  await engine.close();
};

const claimedSeqs = async (engine: Engine): Promise<number[]> => {
  const claim = { member: 'm', maxMessages: 10, maxBytes: 1024 * 1024 };
  const claimed = await engine.group(QUEUE, 'g').claim(claim);
  if (typeof claimed === 'string') return [];
  return claimed.frames.flatMap(({ firstSeq, count }) =>
    Array.from({ length: count }, (_, at) => firstSeq + at),
  );
};

describe('a copy of a running folder', () => {
  it('whose queues were copied before the groups keeps each group, at the end of the log', async () => {
    await copyWhileRunning(['queues'], ['groups', 'groups-copy']);
    const engine = await open('copy');
    expect(errors).toEqual([expect.stringContaining('it continues at seq 3')]);
    expect(await engine.group(QUEUE, 'g').open({ start: 'start' })).toMatchObject({
      floor: 3,
      reset: undefined,
    });
    await engine.close();
  });

  it('delivers all that is published from then on, also when the group is opened late', async () => {
    await copyWhileRunning(['queues'], ['groups', 'groups-copy']);
    const engine = await open('copy');
    await engine.queue(QUEUE).append(frameOf([5, 6, 7]));
    await engine.group(QUEUE, 'g').open({ start: 'start' });
    expect(await claimedSeqs(engine)).toEqual([3, 4, 5]);
    await engine.close();
  });

  it('whose groups were copied before the queues delivers again what was settled in between', async () => {
    await copyWhileRunning(['groups', 'groups-copy'], ['queues']);
    const engine = await open('copy');
    expect(await engine.group(QUEUE, 'g').open({ start: 'start' })).toMatchObject({
      floor: 3,
      reset: undefined,
    });
    expect(await claimedSeqs(engine)).toEqual([3, 4]);
    await engine.close();
  });

  it.each([
    [['queues', 'groups'], ['groups-copy']],
    [['groups-copy'], ['queues', 'groups']],
  ])('keeps each group when %j were copied before %j', async (first, second) => {
    await copyWhileRunning(first, second);
    const engine = await open('copy');
    expect(engine.queue(QUEUE).groups.list()).toMatchObject([{ group: 'g', unsettled: 0 }]);
    await engine.close();
  });
});
