import { afterAll, beforeAll } from '@jest/globals';
import { Buffer } from 'node:buffer';
import { basename } from 'node:path';
import { describeEngine } from '../conformance/describe-engine.fixture.js';
import { draftOf } from '../frames.fixture.js';
import { openRedisEngine } from './open-redis-engine.js';
import { RedisKeys } from './redis-keys.js';
import { describeWithRedis, RedisServer } from './redis.fixture.js';

describeWithRedis('with Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());

  /** Changes one bit of the message in its entry. */
  const damage = async (dir: string, queue: string, number: number): Promise<void> => {
    const stream = new RedisKeys(basename(dir)).journal(`queue/${queue}`).frames(1);
    const { payload } = draftOf(number);
    // Safe: ids, each with a field and its value.
    const entries = (await redis.command('XRANGE', stream, '-', '+')) as [Buffer, [Buffer, Buffer]][];
    await redis.command('DEL', stream);
    for (const [id, [, frame]] of entries) {
      const at = frame.indexOf(payload);
      if (at >= 0) frame.writeUInt8(frame.readUInt8(at) ^ 1, at);
      await redis.command('XADD', stream, id, 'f', frame);
    }
  };

  describeEngine(
    'the Redis',
    (steering, dir) => openRedisEngine({ ...steering, url: redis.url, prefix: basename(dir) }),
    { damage },
  );
});
