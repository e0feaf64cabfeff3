import { afterAll, beforeAll } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { openRedisEngine } from '../engine/redis/open-redis-engine.js';
import { describeWithRedis, RedisServer } from '../engine/redis/redis.fixture.js';
import { describeScheduleClock } from './schedule-clock.suite.js';
import type { OpenEngine } from './schedule.fixture.js';
import { describeSchedule } from './schedule.suite.js';

describeWithRedis('with the Redis engine', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());

  const open: OpenEngine = (options) => openRedisEngine({ ...options, url: redis.url, prefix: newId() });
  describeSchedule('Redis', open);
  describeScheduleClock('Redis', open);
});
