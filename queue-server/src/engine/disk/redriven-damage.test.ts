import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Claimed } from '../claim.js';
import type { Engine } from '../engine.js';
import { frameOf } from '../frames.fixture.js';
import { openDiskEngine } from './open-disk-engine.js';

const QUEUE = 'files';
const member = 'm';
let dir: string;

const open = (): Promise<Engine> => openDiskEngine({ dir, queues: [{ name: QUEUE, retention: {} }] });

const claim = async (engine: Engine): Promise<Claimed | string> =>
  engine.group(QUEUE, 'g').claim({ member, maxMessages: 10, maxBytes: 1024 * 1024 });

const seqsIn = (claimed: Claimed | string): number[] =>
  typeof claimed === 'string' ? [] : claimed.frames.map(({ firstSeq }) => firstSeq);

/** Three messages are dead-lettered, their letters in one frame, and the second one is redriven. */
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'redriven-damage-'));
  const engine = await open();
  for (const number of [1, 2, 3]) await engine.queue(QUEUE).append(frameOf([number]));
  await engine.group(QUEUE, 'g').open({ start: 'start' });
  const claimed = await claim(engine);
  if (typeof claimed === 'string') throw new Error(`The group had ${claimed} to deliver.`);
  const { durable } = await engine
    .group(QUEUE, 'g')
    .settle({ member, token: claimed.token, outcome: { kind: 'dead-letter' } });
  await durable;
  const { letters } = await engine.queue(QUEUE).deadLetters.list({});
  await engine.queue(QUEUE).deadLetters.redrive(letters.slice(1, 2));
  await engine.close();
});
afterEach(() => rm(dir, { recursive: true }));

const pathsOfLetters = async (): Promise<string[]> => {
  const folder = join(dir, 'dead-letters', QUEUE);
  return (await readdir(folder)).map((name) => join(folder, name));
};

const flipLetters = async (): Promise<void> => {
  for (const path of (await pathsOfLetters()).filter((each) => each.endsWith('.log'))) {
    const content = await readFile(path);
    const at = content.indexOf('"handouts"');
    content[at] = (content[at] ?? 0) ^ 1;
    await writeFile(path, content);
  }
};

const removeLogs = async (): Promise<void> => {
  for (const path of await pathsOfLetters()) if (path.endsWith('.log')) await rm(path);
};

const removeAll = async (): Promise<void> => {
  for (const path of await pathsOfLetters()) await rm(path);
};

describe.each([
  ['a bit of its dead letter flips', flipLetters],
  ['the log files of the dead letters are gone and their checkpoint is there', removeLogs],
  ['all files of the dead letters are gone', removeAll],
])('when %s, a redriven message', (_, damage) => {
  it('stays pending and is delivered from the log', async () => {
    await damage();
    const engine = await open();
    expect(engine.queue(QUEUE).groups.list()).toMatchObject([{ floor: 2, unsettled: 1 }]);
    expect(seqsIn(await claim(engine))).toEqual([2]);
    await engine.close();
  });

  it('stays pending at the start after that', async () => {
    await damage();
    await (await open()).close();
    const engine = await open();
    expect(seqsIn(await claim(engine))).toEqual([2]);
    await engine.close();
  });
});

describe('dead letters whose log files are gone while their checkpoint is there', () => {
  it('are a gap in the list', async () => {
    await removeLogs();
    const engine = await open();
    expect(await engine.queue(QUEUE).deadLetters.list({})).toMatchObject({ letters: [], gaps: [[1, 3]] });
    await engine.close();
  });
});
