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
      expect((await read({ STORAGE: url })).redis?.url).toBe(url);
    },
  );

  it('is on the disk where nothing else is said', async () => {
    expect((await read({ STORAGE: 'disk' })).redis).toBeUndefined();
  });

  it.each(['memory', 'http://redis.example', 'redis'])('is not %s', async (STORAGE) => {
    expect(await problemsOf({ STORAGE })).toEqual(['STORAGE']);
  });

  it.each(['nats://127.0.0.1:4222', 'tls://user:word@a:4222,b:4222'])('is in NATS at %s', async (url) => {
    const { nats, redis } = await read({ STORAGE: url });
    expect([nats?.url, redis]).toEqual([url, undefined]);
  });

  it('in NATS has names with a prefix, replicas, an authority and credentials', async () => {
    const files = { NATS_CA_FILE: 'nats.pem', NATS_CREDS_FILE: '/etc/queue.creds' };
    const env = { STORAGE: 'tls://nats.example', NATS_PREFIX: 'shop', NATS_REPLICAS: '3', ...files };
    expect((await read(env)).nats).toEqual({
      url: 'tls://nats.example',
      prefix: 'shop',
      replicas: 3,
      spread: true,
      caFile: '/home/me/nats.pem',
      credentialsFile: '/etc/queue.creds',
    });
  });

  it.each([
    ['NATS_PREFIX', 'a.b', 'nats://x'],
    ['NATS_PREFIX', 'shop', 'redis://x'],
    ['NATS_REPLICAS', '2', 'nats://x'],
    ['NATS_REPLICAS', '3', 'disk'],
    ['NATS_CA_FILE', 'ca.pem', 'nats://x'],
    ['NATS_CREDS_FILE', 'a.creds', 'disk'],
    ['REDIS_PREFIX', 'shop', 'nats://x'],
  ])('has no %s=%s with STORAGE=%s', async (name, value, STORAGE) => {
    expect(await problemsOf({ STORAGE, [name]: value })).toEqual([name]);
  });

  it('in Redis has keys with a prefix, and an authority', async () => {
    const env = { STORAGE: 'rediss://redis.example', REDIS_PREFIX: 'shop', REDIS_CA_FILE: 'redis.pem' };
    expect((await read(env)).redis).toEqual({
      url: 'rediss://redis.example',
      prefix: 'shop',
      caFile: '/home/me/redis.pem',
      verify: true,
    });
  });

  it.each([
    ['REDIS_PREFIX', 'a:b', 'redis://x'],
    ['REDIS_PREFIX', 'shop', 'disk'],
    ['REDIS_CA_FILE', 'ca.pem', 'redis://x'],
    ['REDIS_TLS_VERIFY', 'no', 'rediss://x'],
    ['REDIS_TLS_VERIFY', 'false', 'redis://x'],
  ])('has no %s=%s with %s', async (name, value, STORAGE) => {
    expect(await problemsOf({ STORAGE, [name]: value })).toEqual([name]);
  });

  it.each([
    [{}, true, 0],
    [{ REDIS_TLS_VERIFY: 'false' }, false, 1],
    [{ DYNO: 'web.1' }, false, 1],
    [{ DYNO: 'web.1', REDIS_CA_FILE: 'ca.pem' }, true, 0],
    [{ DYNO: 'web.1', REDIS_TLS_VERIFY: 'true' }, true, 0],
  ])('in Redis by TLS, with %j, is verified: %s', async (env, isVerified, warnings) => {
    const config = await read({ ...env, STORAGE: 'rediss://x', QUEUE_TOKENS: 'k-9f3b1c7ae2d84056' });
    expect(config.redis?.verify).toBe(isVerified);
    expect(config.warnings).toHaveLength(warnings);
  });

  it.each(['redis://redis.example', 'nats://nats.example'])(
    'at %s lets a dyno wipe its disk',
    async (STORAGE) => {
      const env = { DYNO: 'web.1', QUEUE_TOKENS: 'k-9f3b1c7ae2d84056', STORAGE };
      expect(await problemsOf(env)).toEqual([]);
    },
  );
});
