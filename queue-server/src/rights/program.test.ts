import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainClient } from '../plain-client.fixture.js';
import { freePort } from '../reliability/free-port.js';
import { runServer, startServerProcess } from '../running-server.fixture.js';

let folder: string;
let keysFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rights-program-'));
  keysFile = join(folder, 'keys.json');
});
afterAll(() => rm(folder, { recursive: true }));

/** What a run of the program prints, and its exit code. */
const run = async (
  env: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<{ exitCode: number | null; output: string }> => {
  const child = runServer(env, args);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)));
  // Safe: what `close` tells first is the exit code.
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
};

/** Has the server's program make a key. */
const newKey = async (name: string): Promise<{ key: string; entry: object }> => {
  const { output } = await run({}, '--new-key', name);
  const [key = '', entry = ''] = output.split('\n').filter((line) => line.startsWith('  '));
  // Safe: it printed an entry.
  return { key: key.trim(), entry: JSON.parse(entry) as object };
};

const writeKeys = (...keys: readonly object[]): Promise<void> =>
  writeFile(keysFile, JSON.stringify({ keys }), { mode: 0o600 });

describe('the program of the server', () => {
  it('makes keys, lets them in by its keys file, and reads it again at SIGHUP', async () => {
    const [shop, clerk] = [await newKey('shop'), await newKey('clerk')];
    await writeKeys({ ...shop.entry, queues: { files: { tail: true } } });
    const env = { HOST: '127.0.0.1', QUEUE_KEYS_FILE: keysFile };
    const server = await startServerProcess(await freePort(), join(folder, 'data'), env);
    const client = await plainClient(server.url, { token: shop.key });
    expect(await client.value('queues')).toMatchObject([{ queue: 'files' }]);
    await expect(plainClient(server.url, { token: clerk.key })).rejects.toMatchObject({
      data: { code: 'unauthorized' },
    });

    await writeKeys({ ...clerk.entry, queues: { database: { tail: true } } });
    const withdrawn = new Promise((resolve) => client.socket.once('auth:expired', resolve));
    server.process.kill('SIGHUP');
    expect(await withdrawn).toMatchObject({ code: 'unauthorized' });
    await client.value('authenticate', { token: clerk.key });
    expect(await client.value('queues')).toMatchObject([{ queue: 'database' }]);
    client.socket.disconnect();
    expect(await server.end('SIGTERM')).toBe(0);
    expect(server.output()).toContain('"added":["clerk"],"removed":["shop"]');
    for (const { key } of [shop, clerk]) expect(server.output()).not.toContain(key);
  });

  it('goes on at SIGHUP when it has keys but no file of them', async () => {
    const env = { HOST: '127.0.0.1', QUEUE_TOKENS: 'a-token-of-some-length-4711' };
    const server = await startServerProcess(await freePort(), join(folder, 'data'), env);
    server.process.kill('SIGHUP');
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('does not start with a wrong keys file, and says what is wrong', async () => {
    await writeKeys({ name: 'shop', sha256: 'pasted-key' });
    const { exitCode, output } = await run({ QUEUE_KEYS_FILE: keysFile, DATA_DIR: folder });
    expect(exitCode).toBe(78);
    expect(output).toMatch(/keys\.json cannot be used:\s+entry 1 \("shop"\): sha256: expected the SHA-256/);
    expect(output).not.toContain('pasted-key');
  });

  it('has its options in its help', async () => {
    const { output } = await run({}, '--help');
    for (const name of ['--new-key <name>', 'QUEUE_KEYS_FILE', 'JWT_SECRET']) expect(output).toContain(name);
  });
});
