import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Claimed } from '../claim.js';
import type { Engine } from '../engine.js';
import { frameOf } from '../frames.fixture.js';
import { openDiskEngine } from './open-disk-engine.js';

const QUEUE = 'files';
const HOUR_MS = 3_600_000;
let dir: string;
let errors: string[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'group-damage-'));
  errors = [];
});
afterEach(() => rm(dir, { recursive: true }));

const open = (): Promise<Engine> =>
  openDiskEngine({
    dir,
    queues: [{ name: QUEUE, retention: {} }],
    onError: (error) => errors.push(String(error)),
  });

const claim = async (engine: Engine, group = 'g'): Promise<Claimed> => {
  const limits = { member: 'm', maxMessages: 2, maxBytes: 1024 * 1024 };
  const claimed = await engine.group(QUEUE, group).claim(limits);
  if (typeof claimed === 'string') throw new Error(`The group had ${claimed} to deliver.`);
  return claimed;
};

/** Messages 1 to 4, of which the group has settled the first two; it was created at the start of the log. */
const make = async (): Promise<Claimed> => {
  const engine = await open();
  await engine.queue(QUEUE).append(frameOf([1, 2, 3, 4]));
  await engine.group(QUEUE, 'g').open({ start: 'start' });
  const claimed = await claim(engine);
  const { durable } = await engine.group(QUEUE, 'g').settle({
    member: 'm',
    token: claimed.token,
    outcome: { kind: 'ack' },
  });
  await durable;
  await engine.close();
  return claimed;
};

/** Damages each frame of a journal that has a text in it. */
const damage = async (journal: string, text: string): Promise<void> => {
  let matches = 0;
  const names = (await readdir(join(dir, journal))).filter((name) => name.endsWith('.log'));
  for (const name of names) {
    const path = join(dir, journal, name);
    const content = await readFile(path);
    for (let at = content.indexOf(text); at >= 0; at = content.indexOf(text, at + 1)) {
      content[at] = (content[at] ?? 0) ^ 1;
      matches++;
    }
    await writeFile(path, content);
  }
  expect(matches).toBeGreaterThan(0);
};

/** Like a start that finds no copies. */
const snapshot = async (): Promise<void> => {
  await rm(join(dir, 'groups-copy'), { recursive: true });
  await (await open()).close();
};

describe('a group whose record is damaged', () => {
  it.each(['groups', 'groups-copy'])('is restored from the other copy when it is in %s', async (journal) => {
    await make();
    await damage(journal, '"kind":"group"');
    const engine = await open();
    expect(engine.queue(QUEUE).groups.list()).toMatchObject([{ group: 'g', floor: 3 }]);
    await engine.close();
  });

  it.each(['groups', 'groups-copy'])('is restored when it is in the snapshot in %s', async (journal) => {
    await make();
    await snapshot();
    await damage(journal, '"kind":"snapshot"');
    const engine = await open();
    expect(engine.queue(QUEUE).groups.list()).toMatchObject([{ group: 'g', floor: 3 }]);
    await engine.close();
  });

  it('has both copies again after the start that found it', async () => {
    await make();
    await damage('groups', '"kind":"group"');
    await (await open()).close();
    await damage('groups-copy', '"kind":"snapshot"');
    const engine = await open();
    expect(engine.queue(QUEUE).groups.list()).toMatchObject([{ group: 'g', floor: 3 }]);
    await engine.close();
  });

  it('is restored when the whole folder of the group records is gone', async () => {
    await make();
    await rm(join(dir, 'groups'), { recursive: true });
    const engine = await open();
    expect(engine.queue(QUEUE).groups.list()).toMatchObject([{ group: 'g', floor: 1 }]);
    await engine.close();
  });

  it('is reported as restored', async () => {
    await make();
    await damage('groups', '"kind":"group"');
    await (await open()).close();
    expect(errors).toEqual([expect.stringMatching(/group records \d+ to \d+ .*every group was restored/)]);
  });
});

describe('a group whose records are damaged in both copies', () => {
  beforeEach(async () => {
    await make();
    for (const journal of ['groups', 'groups-copy']) await damage(journal, '"kind":"group"');
  });

  it('delivers a gap in place of what is lost, once', async () => {
    const engine = await open();
    await engine.group(QUEUE, 'g').open({ start: 'now' });
    const gap = { from: 1, to: 4, reason: 'damage' };
    expect(await claim(engine)).toMatchObject({ frames: [], gaps: [gap] });
    await engine.queue(QUEUE).append(frameOf([5]));
    expect(await claim(engine)).toMatchObject({ frames: [{ firstSeq: 5 }], gaps: [] });
    await engine.close();
  });

  it('delivers it also when it is opened a start later, and only once', async () => {
    await (await open()).close();
    const engine = await open();
    await engine.group(QUEUE, 'g').open({ start: { seq: 3 } });
    expect(await claim(engine)).toMatchObject({ gaps: [{ from: 1, to: 2, reason: 'damage' }] });
    await engine.close();
    const again = await open();
    expect(await claim(again)).toMatchObject({ frames: [{ firstSeq: 3 }], gaps: [] });
    await again.close();
  });

  it('delivers no gap when it begins with the log: all is delivered again', async () => {
    const engine = await open();
    await engine.group(QUEUE, 'g').open({ start: 'start' });
    expect(await claim(engine)).toMatchObject({ frames: [{ firstSeq: 1 }], gaps: [] });
    await engine.close();
  });

  it('is reported as possibly missing', async () => {
    await (await open()).close();
    expect(errors).toEqual([expect.stringMatching(/group records \d+ to \d+ .*groups may be missing/)]);
  });
});

describe('the tokens after damage', () => {
  it.each(['groups', 'groups-copy'])(
    'are above all earlier ones when the starts are lost in %s',
    async (journal) => {
      const { token } = await make();
      await damage(journal, '"kind":"start"');
      const engine = await open();
      expect((await claim(engine)).token).toBeGreaterThan(token + 2 ** 31);
      await engine.close();
    },
  );

  it('are above those of a server that started once an hour since 1970 when both copies are lost', async () => {
    await make();
    for (const journal of ['groups', 'groups-copy']) await damage(journal, '"kind":"start"');
    const before = Math.floor(Date.now() / HOUR_MS);
    const engine = await open();
    await engine.group(QUEUE, 'other').open({ start: 'start' });
    expect((await claim(engine, 'other')).token).toBeGreaterThan(before * 2 ** 32);
    await engine.close();
  });
});
