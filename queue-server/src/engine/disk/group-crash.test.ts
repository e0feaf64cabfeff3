import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../engine.js';
import { frameOf } from '../frames.fixture.js';
import { LossyFileSystem, type Ending } from '../journal/lossy-file-system.fixture.js';
import { openDiskEngine } from './open-disk-engine.js';

const QUEUE = 'files';
const GROUPS = ['first', 'second'];
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'group-crash-'));
});
afterEach(() => rm(dir, { recursive: true }));

const open = (fileSystem: LossyFileSystem): Promise<Engine> =>
  openDiskEngine({ dir, queues: [{ name: QUEUE, retention: {} }], fileSystem });

const namesIn = (engine: Engine): string[] =>
  engine
    .queue(QUEUE)
    .groups.list()
    .map(({ group }) => group);

const ignore = (): undefined => undefined;

/** Creates groups in an engine, if it could be opened; returns those that were confirmed. */
const make = async (engine: Engine | undefined): Promise<string[]> => {
  const confirmed: string[] = [];
  for (const group of GROUPS) {
    const made = engine?.group(QUEUE, group).open({ start: 'start' });
    await made?.then(() => confirmed.push(group), ignore);
  }
  return confirmed;
};

/** Flips a bit of each record in a journal that creates a group. */
const flipGroups = (disk: LossyFileSystem, journal: string): void => {
  const paths = disk.paths.filter((path) => path.startsWith(join(dir, journal, '0')));
  for (const path of paths) {
    const content = Buffer.from(disk.content(path));
    for (
      let at = content.indexOf('"kind":"group"');
      at >= 0;
      at = content.indexOf('"kind":"group"', at + 1)
    ) {
      content[at] = (content[at] ?? 0) ^ 1;
    }
    disk.overwrite(path, content);
  }
};

/** Stops while groups are created, starts again, damages one journal, and checks; whether it stopped. */
const crashAt = async (index: number, ending: Ending, journal: string): Promise<boolean> => {
  const disk = new LossyFileSystem();
  disk.fault = (call) => (call.index === index ? { kind: 'stop', takes: 0 } : undefined);
  const stoppedEngine = await open(disk).catch(ignore);
  const confirmed = await make(stoppedEngine);
  const stopped = disk.calls > index;
  const restarted = disk.restart(ending);
  await stoppedEngine?.close().catch(ignore);
  const engine = await open(restarted);
  const found = namesIn(engine);
  expect(found).toEqual(expect.arrayContaining(confirmed));
  await engine.queue(QUEUE).append(frameOf([1, 2, 3]));
  await engine.close();
  const damaged = restarted.restart(ending);
  flipGroups(damaged, journal);
  const after = await open(damaged);
  expect(namesIn(after)).toEqual(found);
  await after.close();
  return stopped;
};

describe('groups that were created when the process stopped', () => {
  it.each<[Ending, string]>([
    ['kill', 'groups'],
    ['kill', 'groups-copy'],
    ['power', 'groups'],
    ['power', 'groups-copy'],
  ])(
    'have both copies after the next start, wherever a crash (%s) comes: damage of %s takes none',
    async (ending, journal) => {
      let index = 0;
      while (await crashAt(index, ending, journal)) index++;
      expect(index).toBeGreaterThan(20);
    },
  );
});
