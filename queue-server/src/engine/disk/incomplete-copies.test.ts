import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Claimed } from '../claim.js';
import type { Engine } from '../engine.js';
import { frameOf } from '../frames.fixture.js';
import { openDiskEngine } from './open-disk-engine.js';

const QUEUE = 'files';
const GAP = { from: 1, to: 3, reason: 'damage' };
let root: string;
let dir: string;
let errors: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'incomplete-copies-'));
  dir = join(root, 'data');
  errors = [];
});
afterEach(() => rm(root, { recursive: true }));

const open = (): Promise<Engine> =>
  openDiskEngine({
    dir,
    queues: [{ name: QUEUE, retention: {} }],
    onError: (error) => errors.push(String(error)),
  });

/** What one start of the server does before it is closed. */
const run = async (work: (engine: Engine) => Promise<unknown> = () => Promise.resolve()): Promise<void> => {
  const engine = await open();
  await work(engine);
  await engine.close();
};

const makeGroup = (engine: Engine): Promise<unknown> => engine.group(QUEUE, 'g').open({ start: 'start' });
const publish = (engine: Engine): Promise<unknown> => engine.queue(QUEUE).append(frameOf([1, 2, 3]));

const claim = async (engine: Engine): Promise<Claimed> => {
  const limits = { member: 'm', maxMessages: 10, maxBytes: 1024 * 1024 };
  const claimed = await engine.group(QUEUE, 'g').claim(limits);
  if (typeof claimed === 'string') throw new Error(`The group had ${claimed} to deliver.`);
  return claimed;
};

/** The copies lack what is done: their folder is an earlier one. */
const withoutCopies = async (work: () => Promise<void>): Promise<void> => {
  const [copies, before] = [join(dir, 'groups-copy'), join(root, 'before')];
  await cp(copies, before, { recursive: true });
  await work();
  await rm(copies, { recursive: true });
  await cp(before, copies, { recursive: true });
};

const logsOf = async (journal: string): Promise<string[]> =>
  (await readdir(join(dir, journal)))
    .filter((name) => name.endsWith('.log'))
    .map((name) => join(dir, journal, name));

/** Flips a bit of the first record that creates a group. */
const flipGroup = async (journal: string): Promise<void> => {
  for (const path of await logsOf(journal)) {
    const content = await readFile(path);
    const at = content.indexOf('"kind":"group"');
    if (at < 0) continue;
    content[at] = (content[at] ?? 0) ^ 1;
    return writeFile(path, content);
  }
  throw new Error(`${journal} has no record of a group.`);
};

const removeLogs = async (...journals: readonly string[]): Promise<void> => {
  for (const journal of journals) for (const path of await logsOf(journal)) await rm(path);
};

describe('a group that was created without a copy', () => {
  beforeEach(async () => {
    await run();
    await withoutCopies(() => run(makeGroup));
  });

  it('has a copy after the next start, so that one flipped bit does not lose it', async () => {
    await run(publish);
    await flipGroup('groups');
    const engine = await open();
    expect(engine.queue(QUEUE).groups.list()).toMatchObject([{ group: 'g', floor: 1 }]);
    await engine.close();
  });

  it('delivers a gap when a bit flips before that start, and is not reported as restored', async () => {
    await withoutCopies(() => run(publish));
    await flipGroup('groups');
    const engine = await open();
    expect(errors).toEqual([expect.stringContaining('groups may be missing')]);
    await engine.group(QUEUE, 'g').open({ start: 'now' });
    expect(await claim(engine)).toMatchObject({ frames: [], gaps: [GAP] });
    await engine.close();
  });
});

describe('a group that was created after its folder of copies was copied', () => {
  it('delivers a gap when a bit of its only record flips', async () => {
    await run(publish);
    const engine = await open();
    await withoutCopies(async () => {
      await makeGroup(engine);
      await engine.close();
    });
    await flipGroup('groups');
    const after = await open();
    await after.group(QUEUE, 'g').open({ start: 'now' });
    expect(await claim(after)).toMatchObject({ frames: [], gaps: [GAP] });
    await after.close();
  });
});

describe('a backup whose files were listed before a snapshot and copied after it', () => {
  it('has the groups of the copies before it, and reports that later ones may be missing', async () => {
    await run(async (engine) => {
      await publish(engine);
      await makeGroup(engine);
    });
    await withoutCopies(async () => {
      // A start without the copies writes a snapshot.
      await rm(join(dir, 'groups-copy'), { recursive: true });
      await run();
    });
    await removeLogs('groups');
    const engine = await open();
    expect(engine.queue(QUEUE).groups.list()).toMatchObject([{ group: 'g', floor: 1 }]);
    expect(errors).toEqual([expect.stringContaining('groups may be missing')]);
    await engine.close();
  });
});

describe('damage of what was settled', () => {
  it('is not reported as a possible loss of groups after a clean end', async () => {
    await run(async (engine) => {
      await publish(engine);
      await makeGroup(engine);
      const { token } = await claim(engine);
      const of = { member: 'm', token, outcome: { kind: 'ack' } as const };
      await (
        await engine.group(QUEUE, 'g').settle(of)
      ).durable;
    });
    for (const path of await logsOf('groups')) {
      const content = await readFile(path);
      const at = content.indexOf('"kind":"changes"');
      content[at] = (content[at] ?? 0) ^ 1;
      await writeFile(path, content);
    }
    await run();
    expect(errors).toEqual([expect.stringContaining('every group was restored')]);
  });
});

describe('when log files are gone and their checkpoint is there', () => {
  let token: number;

  beforeEach(async () => {
    await run(async (engine) => {
      await publish(engine);
      await makeGroup(engine);
      ({ token } = await claim(engine));
    });
  });

  it('groups are restored from their copies, and no token is assigned twice', async () => {
    await removeLogs('groups');
    const engine = await open();
    expect(engine.queue(QUEUE).groups.list()).toMatchObject([{ group: 'g', floor: 1 }]);
    expect((await claim(engine)).token).toBeGreaterThan(token);
    expect(errors).toEqual([expect.stringContaining('every group was restored')]);
    await engine.close();
  });

  it('groups survive the loss of their copies', async () => {
    await removeLogs('groups-copy');
    await run();
    await flipGroup('groups');
    const engine = await open();
    expect(engine.queue(QUEUE).groups.list()).toMatchObject([{ group: 'g', floor: 1 }]);
    await engine.close();
  });

  it('of the groups and of their copies, a gap is delivered, and no token is assigned twice', async () => {
    await removeLogs('groups', 'groups-copy');
    const engine = await open();
    await engine.group(QUEUE, 'g').open({ start: 'now' });
    expect(await claim(engine)).toMatchObject({ frames: [], gaps: [GAP] });
    await engine.queue(QUEUE).append(frameOf([4]));
    expect((await claim(engine)).token).toBeGreaterThan(token);
    expect(errors).toEqual([expect.stringContaining('groups may be missing')]);
    await engine.close();
  });

  it('and when the folders of the groups and their copies are gone, too', async () => {
    for (const journal of ['groups', 'groups-copy']) await rm(join(dir, journal), { recursive: true });
    const engine = await open();
    await engine.group(QUEUE, 'g').open({ start: 'now' });
    expect(await claim(engine)).toMatchObject({ frames: [], gaps: [GAP] });
    expect(errors).toEqual([expect.stringContaining('no record of any group')]);
    await engine.close();
  });

  it('the groups of a queue get a gap', async () => {
    await removeLogs(join('queues', QUEUE));
    const engine = await open();
    expect(await claim(engine)).toMatchObject({ frames: [], gaps: [GAP] });
    await engine.close();
  });
});
