import { describe, expect, it } from '@jest/globals';
import { ApiError } from '@typed-queue/contracts';
import { readConfig, type Config } from './config.js';

type Env = Readonly<Record<string, string>>;

const read = (env: Env): Config =>
  readConfig(env, { directory: '/home/me', moduleDir: '/opt/api-server/dist' });

const problemOf = (env: Env): string => {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'config_invalid') return error.message;
    throw error;
  }
  throw new Error('the environment was accepted');
};

const KEY = 'key-of-the-shop-4711';
const SECRET = 'c2VjcmV0IG9mIHRoZSBzaG9wLCAzMiBieXRlcw';
const advice = expect.stringContaining('Authorization: Bearer');
const URI = 'mongodb://db.example/shop';

describe('the configuration', () => {
  it('has defaults for everything, and says that the database is for development', () => {
    expect(read({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      mongodbUri: undefined,
      dataDir: '/home/me/typed-queue-data',
      origins: [],
      allowedHosts: [],
      trustedProxies: 0,
      authentication: { tokens: [], keysFile: undefined, advice },
      actorGateways: ['everybody'],
      requestsPerMinute: undefined,
      wrongKeysPerMinute: 10,
      queue: { url: 'http://localhost:3333', token: undefined },
      logLevel: 'info',
      logFormat: 'pretty',
      warnings: [expect.stringContaining('MONGODB_URI')],
    });
  });

  it('reads every variable', () => {
    const env = {
      PORT: '80',
      HOST: '::1',
      MONGODB_URI: URI,
      DATA_DIR: 'here',
      QUEUE_URL: 'https://queue.example',
      QUEUE_TOKEN: 'secret',
      CORS_ORIGINS: 'https://a.example, http://localhost:5173',
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'json',
      ALLOWED_HOSTS: 'api.example, 10.0.0.7',
      TRUSTED_PROXIES: '2',
      API_TOKENS: `${KEY},other-key-9f3b1c7a`,
      QUEUE_KEYS_FILE: 'keys.json',
      JWT_SECRET: SECRET,
      JWT_AUDIENCE: 'shop',
      JWT_ISSUER: 'me',
      JWT_ALGORITHMS: 'HS384',
      ACTOR_GATEWAYS: 'key:gateway, token:1',
      RATE_REQUESTS_PER_MINUTE: '60',
      MAX_WRONG_KEYS_PER_ADDRESS: '5',
    };
    expect(read(env)).toEqual({
      port: 80,
      host: '::1',
      mongodbUri: URI,
      dataDir: '/home/me/here',
      queue: { url: 'https://queue.example', token: 'secret' },
      origins: ['https://a.example', 'http://localhost:5173'],
      allowedHosts: ['api.example', '10.0.0.7'],
      trustedProxies: 2,
      authentication: {
        tokens: [KEY, 'other-key-9f3b1c7a'],
        keysFile: '/home/me/keys.json',
        advice,
        jwt: { key: { secret: SECRET }, audience: 'shop', issuer: 'me', algorithms: ['HS384'] },
      },
      actorGateways: ['key:gateway', 'token:1'],
      requestsPerMinute: 60,
      wrongKeysPerMinute: 5,
      logLevel: 'warn',
      logFormat: 'json',
      warnings: [],
    });
  });

  it.each<Env>([
    { HOST: '0.0.0.0' },
    { HOST: 'api.example' },
    { DYNO: 'web.1' },
    // Keys of the queue are none of the API.
    { HOST: '0.0.0.0', QUEUE_TOKENS: KEY },
  ])('requires keys on a host that is not loopback: %j', (env) => {
    const problem = problemOf({ MONGODB_URI: URI, ...env });
    expect(problem).toMatch(/HOST.*anyone who reaches this address .* set API_TOKENS, QUEUE_KEYS_FILE or/);
  });

  it.each<Env>([
    { API_TOKENS: KEY },
    { QUEUE_KEYS_FILE: 'keys.json' },
    { JWT_SECRET: SECRET, JWT_AUDIENCE: 'shop', JWT_ISSUER: 'me' },
  ])('listens everywhere with keys, limits everybody, and takes no X-Actor: %j', (env) => {
    expect(read({ HOST: '0.0.0.0', MONGODB_URI: URI, ...env })).toMatchObject({
      requestsPerMinute: 6_000,
      actorGateways: [],
      warnings: [],
    });
  });

  describe('with AUTH=none', () => {
    const env = { HOST: '0.0.0.0', MONGODB_URI: URI, AUTH: 'none' };

    it('listens on all addresses without keys, limits everybody, and takes no X-Actor', () => {
      expect(read(env)).toMatchObject({ requestsPerMinute: 6_000, actorGateways: [] });
    });

    it('warns of it, and of missing ALLOWED_HOSTS', () => {
      const anybody = expect.stringContaining('AUTH=none: whoever reaches 0.0.0.0');
      expect(read(env).warnings).toEqual([anybody, expect.stringContaining('ALLOWED_HOSTS is not set')]);
      expect(read({ ...env, ALLOWED_HOSTS: 'api.example' }).warnings).toEqual([anybody]);
    });

    it('may be without a limit', () => {
      expect(read({ ...env, RATE_REQUESTS_PER_MINUTE: '0' }).requestsPerMinute).toBeUndefined();
    });

    it('refuses keys', () => {
      const problem = problemOf({ ...env, API_TOKENS: KEY });
      expect(problem).toContain('AUTH="none": API_TOKENS asks every client');
    });
  });

  describe('on a dyno', () => {
    const env = { DYNO: 'web.1', API_TOKENS: KEY };

    it('refuses to keep data there', () => {
      expect(problemOf(env)).toContain('MONGODB_URI is not set: without it');
    });

    it('keeps data there that may be lost', () => {
      expect(read({ ...env, ALLOW_EPHEMERAL_STORAGE: 'true' }).mongodbUri).toBeUndefined();
      expect(problemOf({ ...env, ALLOW_EPHEMERAL_STORAGE: 'yes' })).toContain('expected "true"');
    });

    it('listens on all addresses behind one proxy', () => {
      const config = { mongodbUri: URI, host: '0.0.0.0', trustedProxies: 1 };
      expect(read({ ...env, MONGODB_URI: URI })).toMatchObject(config);
    });
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['MONGODB_URI', 'postgres://me:hunter2@db'],
    ['QUEUE_URL', 'localhost:3333'],
    ['QUEUE_URL', 'http://localhost:3333/queue'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://a.example/'],
    ['ALLOWED_HOSTS', 'https://a.example'],
    ['TRUSTED_PROXIES', 'all'],
    ['API_TOKENS', 'hunter2'],
    ['API_TOKENS', 'hunter2-gr\u00fcner-Tee-um-4'],
    ['API_TOKENS', ','],
    ['AUTH', 'all'],
    ['JWT_SECRET', 'hunter2'],
    ['ACTOR_GATEWAYS', 'ann'],
    ['RATE_REQUESTS_PER_MINUTE', '-1'],
    ['MAX_WRONG_KEYS_PER_ADDRESS', '0'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
  ])('refuses %s=%s', (name, value) => {
    const problem = problemOf({ [name]: value });
    expect(problem).toContain(name);
    expect(problem).not.toContain('hunter2');
  });
});

it.each(['PORT', 'TRUSTED_PROXIES', 'RATE_REQUESTS_PER_MINUTE', 'MAX_WRONG_KEYS_PER_ADDRESS'])(
  '%s is written in decimal digits, and in no other way',
  (name) => {
    expect(() => read({ [name]: '8' })).not.toThrow();
    for (const text of ['0x8', '8e0', ' 8', '8 ', '+8', '8.0']) {
      expect(problemOf({ [name]: text })).toMatch(new RegExp(`  ${name}=.*: expected`));
    }
  },
);
