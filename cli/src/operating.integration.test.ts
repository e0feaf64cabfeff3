import { expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { withServer } from './served.fixture.js';

const BIN = join(import.meta.dirname, '../dist/bin.js');
const env = { PATH: process.env.PATH };

/** The built program in a shell, as `$TQ`. */
const inShell = (
  command: string,
  url: string,
): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  promisify(execFile)('bash', ['--norc', '-o', 'pipefail', '-c', command], {
    env: { ...env, TQ: `${process.execPath} ${BIN}`, QUEUE_URL: url },
  });

it('tail | head ends well', async () => {
  await withServer(async ({ server, place }) => {
    await place(20_000);
    const { stdout, stderr } = await inShell('$TQ tail orders --from start --json | head -1', server.url);
    expect([JSON.parse(stdout), stderr]).toEqual([expect.objectContaining({ seq: 1 }), '']);
  });
});

it('publishes what another program prints', async () => {
  await withServer(async ({ server }) => {
    const lines = `for id in 1 2 3; do echo '{"id":"'$id'","total":1}'; done`;
    const { stdout, stderr } = await inShell(`${lines} | $TQ pub orders placed`, server.url);
    expect([stdout, stderr]).toEqual(['3 messages stored in orders\n', '']);
  });
});

it('writes a backup to a pipe, which another run restores', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'typed-queue-bin-'));
  await withServer(
    async ({ server, place }) => {
      await place(2_000);
      const commands = `cd ${folder} && $TQ backup - | cat >b.tar && $TQ restore b.tar --data-dir restored`;
      const { stdout, stderr } = await inShell(commands, server.url);
      expect(stdout).toMatch(/^2 queues with 2,000 messages, as they were at /);
      expect(stderr).toMatch(/^backup of 2 queues with 2,000 messages \(/);
    },
    { dataDir: join(folder, 'running') },
  );
  await rm(folder, { recursive: true });
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('stores what was sent before %s, and says so', async (signal, exitCode) => {
  await withServer(async ({ server, queue }) => {
    const args = [BIN, 'pub', 'orders', 'placed', '-', '--url', server.url];
    const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.write('{"id":"1","total":1}\n');
    for await (const { seq } of queue.tail('orders', { from: 'start' })) if (seq === 1) break;
    const printed = text(child.stdout);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([exitCode, null]);
    expect(await printed).toBe('1 message stored in orders\n');
  });
});
