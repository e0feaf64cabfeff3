import { setTimeout } from 'node:timers/promises';
import { FLUSHING, RedisProcess } from '../redis-process.js';
import type { SeededRandom } from '../seeded-random.js';

/** What servers store in, and how it fails. */
export interface FailingStore {
  readonly variables: Readonly<Record<string, string>>;
  /** What every receipt must say. */
  readonly durability: string;
  /** Fails in one way, and comes back. Resolves to what happened. */
  fail(random: SeededRandom): Promise<string>;
  stop(): Promise<void>;
}

const REDIS_DOWN_MS = 1_000;

/** A Redis that flushes before it answers: it is killed. */
export const failingRedis = async (): Promise<FailingStore> => {
  const redis = await RedisProcess.start(...FLUSHING);
  return {
    variables: { STORAGE: redis.url },
    durability: 'disk',
    fail: async () => {
      await redis.kill();
      await setTimeout(REDIS_DOWN_MS);
      await redis.restart();
      return 'Redis killed, and started again';
    },
    stop: () => redis.stop(),
  };
};
