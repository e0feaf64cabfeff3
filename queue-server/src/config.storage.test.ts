import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { readConfig, type Config } from './config.js';

const places = { directory: '/home/me', moduleDir: '/opt/queue-server/dist' };
const read = (env: Readonly<Record<string, string>>): Promise<Config> => readConfig(env, places);

/** The variables that are wrong. */
const problemsOf = (env: Readonly<Record<string, string>>): Promise<unknown> =>
  read(env).then(
    () => [],
    (error: unknown) => {
      if (!(error instanceof QueueError)) throw error;
      // Safe: what `parseEnvironment` says of its problems.
      return (error.details.problems as readonly { readonly name: string }[]).map(({ name }) => name);
    },
  );

describe('the storage of a queue server', () => {
  it.each(['redis://127.0.0.1:6379', 'rediss://user:word@redis.example:6380/1'])(
    'is in Redis at %s',
    async (url) => {
      expect((await read({ STORAGE: url })).redisUrl).toBe(url);
    },
  );

  it('is on the disk where nothing else is said', async () => {
    expect((await read({ STORAGE: 'disk' })).redisUrl).toBeUndefined();
  });

  it.each(['memory', 'http://redis.example', 'redis'])('is not %s', async (STORAGE) => {
    expect(await problemsOf({ STORAGE })).toEqual(['STORAGE']);
  });

  it('in Redis lets a dyno wipe its disk', async () => {
    const env = { DYNO: 'web.1', QUEUE_TOKENS: 'k-9f3b1c7ae2d84056', STORAGE: 'redis://redis.example' };
    expect(await problemsOf(env)).toEqual([]);
  });
});
