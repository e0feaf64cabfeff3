import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from './server.js';

let root: string;
let umask: number;

beforeEach(async () => {
  umask = process.umask(0);
  root = await mkdtemp(join(tmpdir(), 'private-data-'));
});
afterEach(async () => {
  process.umask(umask);
  await rm(root, { recursive: true });
});

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

it('keeps its data private to its owner, also under umask 0 and in a folder that was open', async () => {
  const dataDir = join(root, 'data', 'mongo');
  const warnings: string[] = [];
  const start = () => startEmbeddedMongo({ dataDir, warn: (text) => warnings.push(text) });
  await (await start()).close();
  expect(await modeOf(join(root, 'data'))).toBe('700');
  expect(await modeOf(dataDir)).toBe('700');
  const [file = 'none', ...others] = await readdir(dataDir);
  expect(others).toEqual([]);
  expect(await modeOf(join(dataDir, file))).toBe('600');
  await chmod(dataDir, 0o755);
  await (await start()).close();
  expect(await modeOf(dataDir)).toBe('700');
  expect(warnings).toEqual([]);
});
