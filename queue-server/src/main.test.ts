import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, type Receipt } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './reliability/free-port.js';
import { runServer, startServerProcess, type RunningServer } from './running-server.fixture.js';

type Client = QueueClient<typeof contract>;

const reading = (n: number) => ({ model: 'product', id: String(n), count: 1 });
const publish = (queue: Client, n: number): Promise<Receipt> => queue.publish('database', 'read', reading(n));

/** Every message of the queue from the start, as the ids that `reading` made. */
const everything = async (queue: Client, count: number): Promise<string[]> => {
  const ids: string[] = [];
  await new Promise<void>((resolve) => {
    queue.subscribe('database', { group: `all-${Math.random()}` }, (message) => {
      if (message.event === 'read' && 'id' in message.payload) ids.push(message.payload.id);
      if (ids.length === count) resolve();
    });
  });
  return ids;
};

let dataDir: string;
let port: number;
let server: RunningServer;
let queue: Client;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'main-test-'));
  port = await freePort();
  server = await startServerProcess(port, dataDir);
  queue = connect(contract, { url: server.url, reconnect: { minDelayMs: 10, maxDelayMs: 50 } });
});

afterEach(async () => {
  await queue.close({ timeoutMs: 1_000 });
  await server.end('SIGKILL');
  await rm(dataDir, { recursive: true });
});

describe('the server process', () => {
  it('writes its log and nothing else: Node does not warn of how its modules are loaded', () => {
    for (const line of server.output().trim().split('\n')) expect(line).toMatch(/^\{.*\}$/);
  });

  it('has after SIGKILL every message that had a receipt, once and in order', async () => {
    const receipts: Receipt[] = [];
    const publishing = Promise.all(
      Array.from({ length: 2_000 }, async (_, n) => {
        receipts.push(await publish(queue, n));
        if (receipts.length === 500) await server.end('SIGKILL');
      }),
    );
    await once(server.process, 'exit');
    expect(receipts.length).toBeGreaterThanOrEqual(500);
    server = await startServerProcess(port, dataDir);
    await publishing;
    expect(new Set(receipts.map(({ seq }) => seq)).size).toBe(2_000);
    const ids = await everything(queue, 2_000);
    expect(ids).toEqual(Array.from({ length: 2_000 }, (_, n) => String(n)));
  });

  it('delivers after SIGKILL what was published and not yet delivered', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, n) => publish(queue, n)));
    await server.end('SIGKILL');
    server = await startServerProcess(port, dataDir);
    expect(await everything(queue, 100)).toHaveLength(100);
  });

  it('is restarted while publishers wait, and stores once what they published', async () => {
    await publish(queue, 0);
    await server.end('SIGTERM');
    const waiting = Array.from({ length: 500 }, (_, n) => publish(queue, n + 1));
    server = await startServerProcess(port, dataDir);
    const receipts = await Promise.all(waiting);
    expect(receipts.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, n) => n + 2));
    expect(await publish(queue, 501)).toMatchObject({ seq: 502 });
  });

  it('goes on at SIGHUP without keys and TLS, and says that there is nothing to read again', async () => {
    server.process.kill('SIGHUP');
    while (!server.output().includes('there is nothing to read again'))
      await Promise.race([
        once(server.process, 'exit'),
        once(server.process.stdout ?? server.process, 'data'),
      ]);
    expect(await publish(queue, 0)).toMatchObject({ seq: 1 });
  });

  it('ends cleanly at SIGTERM and SIGINT', async () => {
    await publish(queue, 0);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(server.output()).toContain('"msg":"closed"');
    server = await startServerProcess(port, dataDir);
    expect(server.output()).not.toContain('journal:');
    expect(await server.end('SIGINT')).toBe(0);
    server = await startServerProcess(port, dataDir);
  });
});

describe('the log of a server process', () => {
  it.each(['json', 'pretty'])(
    'as %s shows characters that act on a terminal or hide as numbers',
    async (format) => {
      await server.end('SIGTERM');
      const name = String.fromCodePoint(0x61, 0x1b, 0x9b, 0x202e, 0x200b, 0xe0041);
      await mkdir(join(dataDir, 'queue', 'queues', name));
      server = await startServerProcess(port, dataDir, { LOG_FORMAT: format });
      expect(server.output()).toMatch(/a\\+u001b\\+u009b\\+u202e\\+u200b\\+udb40\\+udc41/);
      expect(server.output()).toMatch(/^[ -~\n]*$/);
    },
  );
});

describe('a server process with keys', () => {
  it('serves only who shows one, and writes none into its log', async () => {
    await server.end('SIGTERM');
    const refused = new Promise((resolve) => queue.once('error', ({ error }) => resolve(error.code)));
    const QUEUE_TOKENS = 'key-of-the-logger,key-of-the-writer';
    server = await startServerProcess(port, dataDir, { QUEUE_TOKENS, LOG_LEVEL: 'trace' });
    // The client of before has no token.
    expect(await refused).toBe('unauthorized');
    await expect(publish(queue, 0)).rejects.toMatchObject({ code: 'unauthorized' });
    queue = connect(contract, { url: server.url, token: 'key-of-the-writer' });
    expect(await publish(queue, 0)).toMatchObject({ seq: 1 });
    expect(server.output()).toContain('listens on');
    for (const key of QUEUE_TOKENS.split(',')) expect(server.output()).not.toContain(key);
  });

  it('warns when it is open to everybody', async () => {
    expect(server.output()).not.toContain('AUTH');
    await server.end('SIGTERM');
    server = await startServerProcess(port, dataDir, { HOST: '0.0.0.0', AUTH: 'none' });
    expect(server.output()).toContain('AUTH=none: everybody who reaches 0.0.0.0 can read and publish');
    expect(await publish(queue, 0)).toMatchObject({ seq: 1 });
  });
});

describe('a server process that cannot start', () => {
  const failing = async (
    env: Readonly<Record<string, string>>,
    args: readonly string[] = [],
  ): Promise<{ code: number | null; output: string }> => {
    const child = runServer(env, args);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    // Safe: the first argument of `close` is the code.
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  };

  it.each(['--port', 'serve'])('refuses the argument %s and does not serve', async (argument) => {
    const { code, output } = await failing({ PORT: String(port) }, [argument]);
    expect(code).toBe(2);
    expect(output).toContain('typed-queue-server --help');
  });

  it('names the Node that it needs to one that is too old', async () => {
    const old = "Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.4'}})";
    const { code, output } = await failing({ NODE_OPTIONS: `--import=data:text/javascript,${old}` });
    expect(code).toBe(1);
    expect(output).toBe('typed-queue-server needs Node ^20.19.0 || ^22.12.0 || >=24.0.0; this is 18.20.4.\n');
  });

  it('names all wrong values and exits with 78', async () => {
    const { code, output } = await failing({ PORT: 'eighty', LOG_LEVEL: 'loud' });
    expect(code).toBe(78);
    expect(output).toMatch(/PORT="eighty"[^]*LOG_LEVEL="loud"/);
  });

  it('says that its folder has another owner', async () => {
    const { code, output } = await failing({ PORT: String(await freePort()), DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(output).toContain('data_dir_in_use');
  });

  it('says that its folder is none', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    const { code, output } = await failing({ PORT: String(await freePort()), DATA_DIR: file });
    expect(code).toBe(1);
    expect(output).toContain(`DATA_DIR ${file} is not a folder`);
  });

  it('says that its port is taken', async () => {
    const { code, output } = await failing({ PORT: String(port), DATA_DIR: join(dataDir, 'other') });
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port} of 127.0.0.1 is taken`);
  });
});
