import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, QueueError, type SystemContract } from '@typed-queue/contracts';
import { PROTOCOL_VERSION } from '@typed-queue/contracts/wire';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { plainClient } from './plain-client.fixture.js';
import { startTestServer, type TestServer } from './testing.js';

const keys = ['key-of-the-logger', 'key-of-the-file-writer'];
const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };

let server: TestServer;
const clients: QueueClient<SystemContract>[] = [];

beforeEach(async () => {
  server = await startTestServer({ keys });
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await server.close();
});

const client = (token?: string): QueueClient<SystemContract> => {
  const made = connect(contract, { url: server.url, token, reconnect: { minDelayMs: 10, maxDelayMs: 50 } });
  clients.push(made);
  return made;
};

describe('a server with keys', () => {
  it.each(keys)('serves who shows %s', async (token) => {
    const queue = client(token);
    expect(await queue.publish('files', 'save', save)).toMatchObject({ seq: 1, durability: 'disk' });
    const consumed = new Promise((resolve) => {
      queue.subscribe('files', { group: 'test' }, (message) => resolve(message.payload));
    });
    expect(await consumed).toEqual(save);
  });

  it.each([
    ['another key', 'key-of-somebody-else', 'does not know the token'],
    ['none', undefined, 'showed none'],
  ])('refuses a client that shows %s permanently: all that waits is rejected', async (_, token, text) => {
    const queue = client(token);
    const said: QueueError[] = [];
    queue.on('error', ({ error }) => said.push(error));
    const publishing = queue.publish('files', 'save', save);
    const { ready } = queue.subscribe('files', { group: 'test' }, () => undefined);

    const refusal = { code: 'unauthorized', message: expect.stringContaining(text), retryable: false };
    await expect(publishing).rejects.toMatchObject(refusal);
    await expect(ready).rejects.toMatchObject(refusal);
    expect(said).toContainEqual(expect.objectContaining(refusal));
    expect(queue.state).toMatchObject({ kind: 'refused', error: refusal });
    await expect(queue.publish('files', 'save', save)).rejects.toMatchObject(refusal);

    // Nothing of it came in.
    expect(await client(keys[0]).publish('files', 'save', save)).toMatchObject({ seq: 1 });
  });

  it.each([
    [{}, 'unauthorized'],
    [{ token: '' }, 'unauthorized'],
    [{ token: keys.join(',') }, 'unauthorized'],
    [{ token: keys }, 'request_invalid'],
    [{ token: { length: 17 } }, 'request_invalid'],
    [{ token: 'key-of-somebody-else', protocolVersion: PROTOCOL_VERSION + 1 }, 'unauthorized'],
    [{ token: keys[1], protocolVersion: PROTOCOL_VERSION + 1 }, 'protocol_unsupported'],
  ])('refuses the handshake %j of any Socket.IO client: %s', async (auth, code) => {
    await expect(plainClient(server.url, auth)).rejects.toMatchObject({ data: { code, retryable: false } });
  });

  it('reports to everybody whether it is live and ready', async () => {
    for (const page of ['livez', 'readyz']) expect((await fetch(`${server.url}/${page}`)).status).toBe(200);
  });
});
