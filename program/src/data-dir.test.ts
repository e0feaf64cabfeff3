import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataDirVariable } from './data-dir.js';
import { parseEnvironment } from './environment.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'data-dir-'));
});
afterEach(() => rm(root, { recursive: true }));

const dataDir = (moduleDir: string, env: Record<string, string> = {}): string =>
  parseEnvironment({ DATA_DIR: dataDirVariable({ directory: '/home/me', moduleDir }) }, env).DATA_DIR;

const rootPackage = (name: string) => writeFile(join(root, 'package.json'), JSON.stringify({ name }));

describe('the data folder of a program', () => {
  it('is data/ at the root of the repository for a program that runs in it', async () => {
    await cp(join(import.meta.dirname, '../../package.json'), join(root, 'package.json'));
    expect(dataDir(join(root, 'queue-server/dist'))).toBe(join(root, 'data'));
  });

  it.each([
    ['a package that npm installed', 'node_modules/@typed-queue/queue-server/dist'],
    ['a package linked from elsewhere', 'queue-server/dist'],
  ])('is below the folder of the user for %s', async (_, moduleDir) => {
    await rootPackage('my-shop');
    expect(dataDir(join(root, moduleDir))).toBe('/home/me/typed-queue-data');
  });

  it('is below the folder of the user when there is no package around the program', () => {
    expect(dataDir('/opt/queue-server/dist')).toBe('/home/me/typed-queue-data');
  });

  it.each([
    ['mine', '/home/me/mine'],
    ['../mine', '/home/mine'],
    ['/srv/queue', '/srv/queue'],
  ])('is DATA_DIR=%s, from the working directory', (given, expected) => {
    expect(dataDir(root, { DATA_DIR: given })).toBe(expected);
  });

  it.each(['node_modules', './node_modules/.cache/queue', '/srv/app/node_modules/@typed-queue/data'])(
    'is never inside node_modules: refuses %s',
    (given) => {
      expect(() => dataDir(root, { DATA_DIR: given })).toThrow(/DATA_DIR=.*npm install; choose one outside/);
    },
  );

  it.each(['link', 'link/d', 'link/d/e'])(
    'is not inside node_modules by a link either: refuses %s',
    async (given) => {
      await mkdir(join(root, 'node_modules/zz'), { recursive: true });
      await symlink('node_modules/zz', join(root, 'link'));
      expect(() => dataDir(root, { DATA_DIR: join(root, given) })).toThrow(/choose one outside/);
    },
  );

  it('may be a link to a folder elsewhere, and is named as it was given', async () => {
    await mkdir(join(await realpath(root), 'elsewhere'));
    await symlink('elsewhere', join(root, 'link'));
    expect(dataDir(root, { DATA_DIR: join(root, 'link/d') })).toBe(join(root, 'link/d'));
  });

  it('is refused as well when the working directory is inside node_modules', () => {
    const variable = dataDirVariable({ directory: '/srv/node_modules/x', moduleDir: '/opt/x/dist' });
    expect(() => parseEnvironment({ DATA_DIR: variable }, {})).toThrow(/choose one outside/);
  });
});
