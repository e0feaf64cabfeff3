import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import type { Engine } from '../engine.js';
import { frameOf } from '../frames.fixture.js';
import { openRedisEngine } from './open-redis-engine.js';
import { describeWithRedis, RedisServer } from './redis.fixture.js';

const QUEUE = 'files';

describeWithRedis('a Redis that refuses', () => {
  let redis: RedisServer;
  let engine: Engine | undefined;
  const events: unknown[] = [];
  beforeEach(async () => {
    redis = await RedisServer.start();
    events.length = 0;
  });
  afterEach(async () => {
    await engine?.close();
    engine = undefined;
    await redis.stop();
  });

  const open = async (url: string): Promise<Engine> =>
    (engine = await openRedisEngine({
      url,
      prefix: newId(),
      queues: [{ name: QUEUE, retention: {} }],
      log: (event) => events.push(event),
    }));

  it('a database that it does not have is refused', async () => {
    await expect(open(`${redis.url}/99`)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('out of range'),
    });
  });

  it('a database that it has is the one that is used', async () => {
    await (await open(`${redis.url}/3`)).queue(QUEUE).append(frameOf([1]));
    expect(String(await redis.command('INFO', 'keyspace'))).toMatch(/db3:keys/);
    expect(String(await redis.command('INFO', 'keyspace'))).not.toMatch(/db0/);
  });

  it.each([
    ['a wrong password', 'nobody:word@', 'WRONGPASS'],
    ['a user without rights', 'weak:word@', 'NOPERM'],
  ])('%s is named', async (_, user, reason) => {
    await redis.command('ACL', 'SETUSER', 'weak', 'on', '>word', '+ping');
    await expect(open(redis.url.replace('//', `//${user}`))).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(reason),
    });
  });

  it('a user with the rights of the README can do everything', async () => {
    const rights = ['~tq:*', '+@read', '+@write', '+@scripting', '+@connection', '+info', '+config|get'];
    await redis.command('ACL', 'SETUSER', 'queue', 'on', '>word', ...rights);
    const queue = (await open(redis.url.replace('//', '//queue:word@'))).queue(QUEUE);
    await queue.append(frameOf([1]));
    expect(queue.head().lastSeq).toBe(1);
  });

  it('a write when its memory is full leaves nothing of the payload in what is logged', async () => {
    const queue = (await open(redis.url)).queue(QUEUE);
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    await expect(queue.append(frameOf([1]))).rejects.toMatchObject({
      code: 'storage_full',
    });
    const full = events.find((event) => JSON.stringify(event).includes('storage-full'));
    // Safe: an event of a journal.
    const { error } = full as { readonly error: Error };
    expect(Object.keys(error)).not.toContain('command');
    expect(error.message).toMatch(/^OOM/);
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
  });
});
