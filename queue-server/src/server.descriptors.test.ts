import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { plainClient } from './plain-client.fixture.js';
import { freePort } from './reliability/free-port.js';
import { startServerProcess, type RunningServer } from './running-server.fixture.js';
import { UnadmittedConnection } from './transport/unadmitted-connections.fixture.js';

const OPEN_FILES = 256;
/** Half of them. */
const CONNECTIONS = 128;
const IDLE = 300;

const onLinux = existsSync('/proc/self/limits') ? describe : describe.skip;

let dataDir: string;
let server: RunningServer;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'queue-server-'));
  const env = { MAX_CONNECTIONS: '5000' };
  server = await startServerProcess(await freePort(), dataDir, env, OPEN_FILES);
});
afterEach(async () => {
  await server.end('SIGTERM');
  await rm(dataDir, { recursive: true });
});

onLinux('a server that may open few files', () => {
  it('keeps some for its journals, however many connections there are, and says so', async () => {
    expect(server.output()).toContain('MAX_CONNECTIONS is more than this process has descriptors for');
    const good = await plainClient(server.url);
    const idle = Array.from({ length: IDLE }, () => new UnadmittedConnection(server.url));
    let closed = 0;
    await new Promise<void>((resolve) => {
      const enough = IDLE + 1 - CONNECTIONS;
      for (const connection of idle) void connection.closed.then(() => ++closed === enough && resolve());
    });
    const save = { path: '/', bytes: 0, sha256: '', durationMs: 0 };
    expect(await good.value('publish', 'files', { event: 'save', payload: save })).toMatchObject({ seq: 1 });
    const other = await plainClient(server.url);
    expect(await other.value('queues')).toHaveLength(2);
    while (!server.output().includes('"bound":"server"')) await turn();
    for (const { socket } of idle) socket.destroy();
    for (const { socket } of [good, other]) socket.disconnect();
  });
});
