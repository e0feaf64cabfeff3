import { expect, it } from '@jest/globals';
import { connector } from './connection.js';
import { isRedisUrl, shownRedisUrl } from './redis-url.js';

it('says what to install when the client library of Redis is missing', async () => {
  const missing = connector({ url: 'redis://127.0.0.1' }, () =>
    Promise.reject(new Error('Cannot find package')),
  );
  await expect(missing).rejects.toMatchObject({ code: 'config_invalid' });
  await expect(missing).rejects.toThrow('npm install ioredis@6');
});

it('names a URL without its user and password', () => {
  expect(isRedisUrl('rediss://me:secret@redis.example:6380/1')).toBe(true);
  expect(shownRedisUrl('rediss://me:secret@redis.example:6380/1')).toBe('rediss://redis.example:6380/1');
});
