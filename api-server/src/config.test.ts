import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { readConfig, type Config } from './config.js';

const read = (env: Record<string, string>): Config =>
  readConfig(env, { directory: '/home/me', moduleDir: '/opt/api-server/dist' });

const problemOf = (env: Record<string, string>): string => {
  try {
    read(env);
  } catch (error) {
    if (error instanceof QueueError && error.code === 'config_invalid') return error.message;
    throw error;
  }
  throw new Error('the environment was accepted');
};

const URI = 'mongodb://db.example/shop';

describe('the configuration', () => {
  it('has defaults for everything, and says that the database is for development', () => {
    expect(read({})).toEqual({
      ...{ port: 3000, host: '127.0.0.1', mongodbUri: undefined, dataDir: '/home/me/typed-queue-data' },
      ...{ origins: [], allowedHosts: [], trustedProxies: 0 },
      queue: { url: 'http://localhost:3333', token: undefined },
      ...{ logLevel: 'info', logFormat: 'pretty' },
      warnings: [expect.stringContaining('MONGODB_URI')],
    });
  });

  it('reads every variable', () => {
    const env = {
      ...{ PORT: '80', HOST: '::1', MONGODB_URI: URI, DATA_DIR: 'here' },
      ...{ QUEUE_URL: 'https://queue.example', QUEUE_TOKEN: 'secret' },
      ...{ CORS_ORIGINS: 'https://a.example, http://localhost:5173', LOG_LEVEL: 'warn', LOG_FORMAT: 'json' },
      ...{ ALLOWED_HOSTS: 'api.example, 10.0.0.7', TRUSTED_PROXIES: '2' },
    };
    expect(read(env)).toEqual({
      ...{ port: 80, host: '::1', mongodbUri: URI, dataDir: '/home/me/here' },
      queue: { url: 'https://queue.example', token: 'secret' },
      origins: ['https://a.example', 'http://localhost:5173'],
      ...{ allowedHosts: ['api.example', '10.0.0.7'], trustedProxies: 2 },
      ...{ logLevel: 'warn', logFormat: 'json', warnings: [] },
    });
  });

  it('may listen to everybody, and warns of it', () => {
    expect(read({ HOST: '0.0.0.0', MONGODB_URI: URI }).warnings).toEqual([
      expect.stringContaining('whoever reaches 0.0.0.0'),
      expect.stringContaining('ALLOWED_HOSTS is not set'),
    ]);
    const { warnings } = read({ HOST: '0.0.0.0', MONGODB_URI: URI, ALLOWED_HOSTS: 'api.example' });
    expect(warnings).toEqual([expect.stringContaining('whoever reaches 0.0.0.0')]);
  });

  it('keeps no data on a dyno, unless it may be lost', () => {
    expect(problemOf({ DYNO: 'web.1' })).toContain('MONGODB_URI is not set: without it');
    expect(problemOf({ DYNO: 'web.1', ALLOW_EPHEMERAL_STORAGE: 'yes' })).toContain('expected "true"');
    expect(read({ DYNO: 'web.1', MONGODB_URI: URI })).toMatchObject({
      ...{ mongodbUri: URI, host: '0.0.0.0', trustedProxies: 1 },
    });
    expect(read({ DYNO: 'web.1', ALLOW_EPHEMERAL_STORAGE: 'true' }).mongodbUri).toBeUndefined();
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['MONGODB_URI', 'postgres://me:hunter2@db'],
    ['QUEUE_URL', 'localhost:3333'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://a.example/'],
    ['ALLOWED_HOSTS', 'https://a.example'],
    ['TRUSTED_PROXIES', 'all'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
  ])('refuses %s=%s', (name, value) => {
    const problem = problemOf({ [name]: value });
    expect(problem).toContain(name);
    expect(problem).not.toContain('hunter2');
  });
});
