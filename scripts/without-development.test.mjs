import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A repository after `npm prune --omit=dev`. */
let root;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pruned-'));
  await mkdir(join(root, 'scripts'));
  for (const script of ['prepack.mjs', 'start.mjs', 'start-programs.mjs'])
    await copyFile(join(import.meta.dirname, script), join(root, 'scripts', script));
  await mkdir(join(root, 'node_modules/@typed-queue'), { recursive: true });
  await symlink(join(import.meta.dirname, '../program'), join(root, 'node_modules/@typed-queue/program'));
});
afterEach(() => rm(root, { recursive: true }));

const run = (script, cwd) =>
  spawnSync(process.execPath, [join(root, 'scripts', script)], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });

it('packing without the development dependencies deletes nothing, and says what to do', async () => {
  const folder = join(root, 'contracts');
  await mkdir(join(folder, 'dist'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"name":"@typed-queue/contracts","files":[]}');
  const { status, stderr } = run('prepack.mjs', folder);
  expect([status, stderr]).toEqual([1, expect.stringContaining('Run npm install')]);
  expect(await readdir(folder)).toEqual(['dist', 'package.json']);
});

it('npm start without the development dependencies says what to do, without a stack', () => {
  const { status, stderr } = run('start.mjs', root);
  expect([status, stderr]).toEqual([1, expect.stringContaining('Run npm install')]);
  expect(stderr).not.toContain('    at ');
});
