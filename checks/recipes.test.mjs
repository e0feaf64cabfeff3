import { describe, expect, it } from '@jest/globals';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
const pages = git('ls-files', '--cached', '--others', '--exclude-standard', '*.md').trim().split('\n');
const { bin } = JSON.parse(readFileSync(join(root, 'queue-server/package.json'), 'utf8'));
const ENTRY = /"name":"billing","sha256":"[\da-f]{64}"/;

describe('the commands of the documentation', () => {
  /** What the first commands of a project install, and other pages of the guide on their own. */
  const INSTALLED = ['tsx', 'jest', 'vitest'];
  const OWN = /^(typed-queue|@typed-queue\/[a-z-]+|\.\/packed\/create-typed-queue-[\d.]+\.tgz)$/;

  it.each(pages)('%s has npx run only packages of this project, and what was installed', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const run = [...text.matchAll(/\bnpx (?:--package |-\S+ )*([\w@.][^\s`]*)/g)].map(([, name]) => name);
    expect(run.filter((name) => !OWN.test(name) && !INSTALLED.includes(name))).toEqual([]);
  });

  it('npm start -w queue-server -- --new-key makes a key in the repository', async () => {
    const command = ['start', '-w', 'queue-server', '--', '--new-key', 'billing'];
    const { stdout } = await run('npm', command, { cwd: root });
    expect(stdout).toMatch(ENTRY);
  });

  it('npx @typed-queue/queue-server --new-key makes a key by the bin of the package', async () => {
    const path = join(root, 'queue-server', bin['typed-queue-server']);
    const { stdout } = await run(path, ['--new-key', 'billing']);
    expect(stdout).toMatch(ENTRY);
  });

  it('the bin of the package is in the repository, so that npm links it before anything is built', () => {
    const path = join('queue-server', bin['typed-queue-server']);
    expect(git('ls-files', '--stage', path)).toMatch(/^100755 /);
  });
});
