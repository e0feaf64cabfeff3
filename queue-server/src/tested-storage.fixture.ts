import { afterAll } from '@jest/globals';
import { createHash } from 'node:crypto';
import { FLUSHING, RedisProcess } from './reliability/redis-process.js';

/** `TEST_STORAGE=redis`: servers that tests start keep their data in a Redis, whatever the test kills. */
const isInRedis = process.env.TEST_STORAGE === 'redis';

let redis: Promise<RedisProcess> | undefined;

/** The variables of a server whose data is that of a folder. */
export const storageVariables = async (dataDir: string): Promise<Readonly<Record<string, string>>> => {
  if (!isInRedis) return {};
  const { url } = await (redis ??= RedisProcess.start(...FLUSHING));
  const prefix = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return { STORAGE: url, REDIS_PREFIX: prefix };
};

if (isInRedis) afterAll(async () => (await redis)?.stop());
