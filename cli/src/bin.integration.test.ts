import { describe, expect, it } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runIn, withFolder } from './run.fixture.js';

const BIN = join(import.meta.dirname, '../dist/bin.js');
const CONTRACTS = join(import.meta.dirname, '../../contracts/dist/index.js');

/** The built program. */
const run = (cwd: string, ...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  return { status, stdout, stderr };
};

const git = (cwd: string, ...args: readonly string[]): void => {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
  expect(spawnSync('git', [...identity, ...args], { cwd }).status).toBe(0);
};

describe('the built program', () => {
  it('compares with what git has of an export', async () => {
    await withFolder({}, async (directory) => {
      await writeFile(join(directory, 'contract.mjs'), `export { contract } from '${CONTRACTS}';`);
      expect(run(directory, 'contract', 'export', '--json-schema', '--out', 'contract.json').status).toBe(0);
      git(directory, 'init', '--quiet');
      git(directory, 'add', 'contract.json');
      git(directory, 'commit', '--quiet', '--message', 'The contract');
      for (const source of ['HEAD', 'HEAD:contract.json']) {
        expect(run(directory, 'contract', 'check', '--against', source)).toMatchObject({
          status: 0,
          stderr: '',
        });
      }
      const { status, stderr } = run(directory, 'contract', 'check', '--against', 'HEAD:other.json');
      expect([status, stderr]).toEqual([
        66,
        expect.stringMatching(/^error: HEAD:other\.json cannot be read: .+\n$/),
      ]);
    });
  });

  it('compares with what a URL has', async () => {
    const { out } = await runIn('/', ['contract', 'export', '--json-schema', '--contract', CONTRACTS]);
    const server = createServer((_request, response) => response.end(out)).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const url = `http://127.0.0.1:${port}/contract.json`;
      const { stdout } = await promisify(execFile)(process.execPath, [
        BIN,
        'contract',
        'check',
        '--against',
        url,
        '--contract',
        CONTRACTS,
      ]);
      expect(stdout).toContain(`full against ${url}\n`);
    } finally {
      await new Promise((closed) => server.close(closed));
    }
    const { status, stderr } = run(
      '/',
      'contract',
      'check',
      '--against',
      `http://127.0.0.1:${port}/contract.json`,
    );
    expect([status, stderr]).toEqual([
      66,
      expect.stringMatching(/^error: http.* cannot be read: .*ECONNREFUSED.*\n$/),
    ]);
  });

  it.each<[string, string, number, RegExp]>([
    [
      'never finishes loading',
      "await (await import('node:events')).once(process.stdin, 'never'); export const contract = {};",
      66,
      /^error: the contract: \S*contract\.mjs does not finish loading: .+\n$/,
    ],
    [
      'ends the process',
      'process.exit(0);',
      78,
      /^\S*contract\.mjs ended the process while it was loading \(exit code 0\): .+\n$/,
    ],
  ])('fails when the module of the contract %s', async (_, text, exitCode, problem) => {
    await withFolder({ 'contract.mjs': text }, async (directory) => {
      const { out } = await runIn(directory, [
        ...['contract', 'export', '--json-schema'],
        ...['--contract', CONTRACTS],
      ]);
      await writeFile(join(directory, 'old.json'), out);
      for (const command of [
        ['export', '--docs'],
        ['check', '--against', 'old.json'],
      ]) {
        const { status, stderr } = run(directory, 'contract', ...command, '--contract', './contract.mjs');
        expect([status, stderr]).toEqual([exitCode, expect.stringMatching(problem)]);
      }
    });
  });

  it('ends also when the module of the contract leaves a timer', async () => {
    const text = `export { contract } from '${CONTRACTS}'; setInterval(() => undefined, 1_000);`;
    await withFolder({ 'contract.mjs': text }, async (directory) => {
      const args = ['contract', 'export', '--json-schema', '--contract', './contract.mjs'];
      const { status, stdout } = run(directory, ...args);
      expect(status).toBe(0);
      expect(Object.keys(JSON.parse(stdout) as object).length).toBeGreaterThan(0);
    });
  });

  it('runs a contract in TypeScript', async () => {
    const text = `import { contract as all } from '${CONTRACTS}'; export const contract: typeof all = all;`;
    await withFolder({ 'contract.ts': text }, async (directory) => {
      const { status, stdout, stderr } = run(directory, 'contract', 'export', '--json-schema');
      expect([status, stderr]).toEqual([0, '']);
      expect(Object.keys(JSON.parse(stdout) as object).length).toBeGreaterThan(0);
    });
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;

  onLinux.each([
    [['contract', 'export', '--json-schema', '--contract', CONTRACTS]],
    [['completion', 'bash']],
    [['--help']],
  ])('says that its output cannot be written: %j', (args) => {
    const device = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [BIN, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', device, 'pipe'],
    });
    closeSync(device);
    expect([status, stderr]).toEqual([
      73,
      'error: standard output cannot be written: ENOSPC: no space left on device, write\n',
    ]);
  });

  onLinux('says that a file is full where only a part of its output fits', async () => {
    await withFolder({}, async (directory) => {
      const command = 'ulimit -f 1; "$0" "$@" > out.json';
      const args = [process.execPath, BIN, 'contract', 'export', '--docs', '--contract', CONTRACTS];
      const { status, stderr } = spawnSync('bash', ['-c', command, ...args], {
        cwd: directory,
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([
        73,
        expect.stringMatching(/^error: standard output cannot be written: EFBIG/),
      ]);
    });
  });

  it('has the version of its package', () => {
    expect(run('/', '--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
