import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { withServer } from './served.fixture.js';

/** Reports each ES module when it is loaded, and each CommonJS module at the end. */
const HOOK = `import { writeSync } from 'node:fs';
export const load = (url, context, next) => (writeSync(2, url + '\\n'), next(url, context));`;
const PRELOAD = `import Module, { register } from 'node:module';
register("data:text/javascript,${encodeURIComponent(HOOK)}");
process.on('exit', () => process.stderr.write(Object.keys(Module._cache).join('\\n')));`;

const CONTRACTS = join(import.meta.dirname, '../../contracts/dist/index.js');

const HEAVY = ['socket.io-client', 'jose', 'cli-table3', 'chokidar', 'tsx'];

/** Which of the heavy libraries a command loads. */
const heavyOf = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(PRELOAD)}`;
  const child = spawn(process.execPath, [join(import.meta.dirname, '../bin.mjs'), ...args], {
    env: { PATH: process.env.PATH, NODE_OPTIONS, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [files] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(child.exitCode).toBe(0);
  return HEAVY.filter((name) => files.includes(`/node_modules/${name}/`));
};

it('heavy libraries are loaded by the commands that use them only', async () => {
  await withServer(async ({ server }) => {
    expect(await heavyOf(['contract', 'export', '--docs', '--contract', CONTRACTS])).toEqual([]);
    expect(await heavyOf(['completion', 'bash'])).toEqual([]);
    expect(await heavyOf(['health', '--url', server.url])).toEqual([]);
    expect(await heavyOf(['queues', '--json', '--url', server.url])).toEqual(['socket.io-client']);
    expect(await heavyOf(['queues', '--url', server.url])).toEqual(['socket.io-client', 'cli-table3']);
    const jwt = { JWT_SECRET: '0a1b2c3d4e5f6071829aabbccddeeff99', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' };
    expect(await heavyOf(['token', 'new', 'x'], jwt)).toEqual(['jose']);
  });
});
