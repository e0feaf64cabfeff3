import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { describeWithRedis, RedisServer } from './engine/redis/redis.fixture.js';
import { freePort } from './reliability/free-port.js';
import { startQueueServer, type QueueServer } from './server.js';

describeWithRedis('a server that waits for another one to end', () => {
  let redis: RedisServer;
  let first: QueueServer;
  let port: number;
  let stopped: AbortController;
  let second: Promise<QueueServer>;
  let url: string;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    await redis.command('FLUSHALL');
    first = await startQueueServer({ storage: 'redis', redisUrl: redis.url });
    port = await freePort();
    url = `http://127.0.0.1:${port}`;
    stopped = new AbortController();
    second = start();
    await answers();
  });
  afterEach(async () => {
    stopped.abort(new Error('stopped'));
    await Promise.all([first.close(), second.then((server) => server.close()).catch(() => undefined)]);
  });

  const start = (): Promise<QueueServer> =>
    startQueueServer({ storage: 'redis', redisUrl: redis.url, port, signal: stopped.signal });
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, { ...init, headers: { connection: 'close' } });
  const answers = async (): Promise<void> => {
    while (
      !(await ask('/livez').then(
        ({ ok }) => ok,
        () => false,
      ))
    );
  };

  it('lives, and takes no messages', async () => {
    expect((await ask('/livez')).status).toBe(200);
    const ready = await ask('/readyz');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      status: 'unavailable',
      problems: [{ check: 'storage', problem: 'another server owns the data' }],
    });
  });

  it.each(['/', '/socket.io/?EIO=4&transport=websocket', '/metrics'])('refuses %s for now', async (path) => {
    const refused = await ask(path);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'storage_unavailable', retryable: true });
  });

  it('serves at the same place when the other one ends, whoever waited for it', async () => {
    const queue = connect(contract, { url });
    queue.on('error', () => undefined);
    const published = queue.publish('files', 'save', {
      path: '/a',
      bytes: 1,
      sha256: 'a'.repeat(64),
      durationMs: 1,
    });
    await first.close();
    expect((await second).url).toBe(url);
    expect((await published).seq).toBe(1);
    await queue.close();
  });

  it('frees its port when its start is ended', async () => {
    stopped.abort(new Error('stopped'));
    await expect(second).rejects.toThrow('stopped');
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    other.close();
  });

  it('does not start where the port is taken', async () => {
    await expect(start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
