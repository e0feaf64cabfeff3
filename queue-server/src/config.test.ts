import { describe, expect, it } from '@jest/globals';
import { contract, QueueError } from '@typed-queue/contracts';
import { readConfig, type Config } from './config.js';
import { limitVariables } from './limit-variables.js';

const places = { directory: '/home/me', moduleDir: '/opt/queue-server/dist' };
const read = (env: Readonly<Record<string, string | undefined>>): Promise<Config> => readConfig(env, places);

const key = 'k-9f3b1c7ae2d84056';
const otherKey = 'other-key-of-16+';

/** The problems of an environment, by variable. */
const problemsOf = async (
  env: Readonly<Record<string, string>>,
): Promise<{ names: string[]; message: string }> => {
  try {
    await read(env);
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    expect(error.code).toBe('config_invalid');
    // Safe: what `parseEnvironment` says of its problems.
    const problems = error.details.problems as readonly { readonly name: string }[];
    return { names: problems.map(({ name }) => name), message: error.message };
  }
  return { names: [], message: '' };
};

describe('the configuration of a queue server', () => {
  it('has defaults for everything', async () => {
    expect(await read({})).toEqual({
      port: 3333,
      host: '127.0.0.1',
      dataDir: '/home/me/typed-queue-data',
      redis: undefined,
      durability: 'disk',
      contract,
      authentication: { tokens: [], keysFile: undefined },
      origins: [],
      certificate: undefined,
      messagesPerSecond: undefined,
      bytesPerSecond: undefined,
      maxConnections: undefined,
      maxConnectionsPerAddress: 1_000,
      maxSubscriptions: 1_000,
      maxGroupsPerConnection: 100,
      maxWrongKeys: 10,
      maxPayloadBytes: 1_048_576,
      maxHeadersBytes: 16_384,
      maxScheduled: 1_000_000,
      handshakeTimeoutMs: 10_000,
      allowedHosts: [],
      trustedProxies: 0,
      maxGroups: 1_000,
      memoryBudget: 256 * 1024 * 1024,
      dashboard: true,
      logLevel: 'info',
      logFormat: 'pretty',
      warnings: [],
    });
  });

  it('takes what the environment says, and knows an empty variable for one that is not set', async () => {
    const env = {
      PORT: '0',
      HOST: 'localhost',
      DATA_DIR: '/data',
      QUEUE_TOKENS: `${key}, ${otherKey}`,
      QUEUE_KEYS_FILE: 'keys.json',
      CORS_ORIGINS: 'https://a.example, https://b.example',
      TLS_CERT_FILE: 'cert.pem',
      TLS_KEY_FILE: '/secret/key.pem',
      RATE_MESSAGES_PER_SECOND: '5000',
      RATE_BYTES_PER_SECOND: '0',
      MAX_CONNECTIONS: '200',
      MAX_CONNECTIONS_PER_ADDRESS: '50',
      MAX_SUBSCRIPTIONS_PER_CONNECTION: '20',
      MAX_GROUPS_PER_CONNECTION: '5',
      MAX_WRONG_KEYS_PER_ADDRESS: '3',
      MAX_PAYLOAD_BYTES: '1000',
      MAX_HEADERS_BYTES: '100',
      MAX_SCHEDULED: '7',
      HANDSHAKE_TIMEOUT_MS: '2000',
      ALLOWED_HOSTS: 'queue.example, 10.0.0.7',
      TRUSTED_PROXIES: '2',
      MAX_GROUPS_PER_QUEUE: '50',
      MEMORY_BUDGET: '64',
      DASHBOARD: 'off',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
    };
    expect(await read({ ...env, OTHER: 'ignored' })).toEqual({
      port: 0,
      host: 'localhost',
      dataDir: '/data',
      durability: 'disk',
      contract,
      authentication: { tokens: [key, otherKey], keysFile: '/home/me/keys.json' },
      origins: ['https://a.example', 'https://b.example'],
      certificate: { certFile: '/home/me/cert.pem', keyFile: '/secret/key.pem' },
      messagesPerSecond: 5_000,
      bytesPerSecond: undefined,
      maxConnections: 200,
      maxConnectionsPerAddress: 50,
      maxSubscriptions: 20,
      maxGroupsPerConnection: 5,
      maxWrongKeys: 3,
      maxPayloadBytes: 1_000,
      maxHeadersBytes: 100,
      maxScheduled: 7,
      handshakeTimeoutMs: 2_000,
      allowedHosts: ['queue.example', '10.0.0.7'],
      trustedProxies: 2,
      maxGroups: 50,
      memoryBudget: 64 * 1024 * 1024,
      dashboard: false,
      logLevel: 'debug',
      logFormat: 'json',
      warnings: [],
    });
    const empty = Object.fromEntries([...Object.keys(env), 'AUTH', 'CONTRACT'].map((name) => [name, '']));
    expect(await read(empty)).toEqual(await read({}));
  });

  it.each([
    ['data', '/home/me/data'],
    ['./data/../other', '/home/me/other'],
    ['../data', '/home/data'],
    ['/data', '/data'],
  ])('resolves the DATA_DIR %j from the working folder of the user', async (dataDir, expected) => {
    expect((await read({ DATA_DIR: dataDir })).dataDir).toBe(expected);
  });

  it.each([
    ['https://a.example,', ['https://a.example']],
    [' , ', []],
    ['*', ['*']],
  ])(
    'reads the origins %j without empty ones, which would let every empty Origin in',
    async (text, origins) => {
      expect((await read({ CORS_ORIGINS: text })).origins).toEqual(origins);
    },
  );

  it.each([
    ['PORT', 'abc', /PORT="abc": expected a port, 0 to 65535/],
    ['PORT', '-1', /PORT="-1": /],
    ['PORT', '65536', /PORT="65536": .*65535/],
    ['PORT', '80.5', /PORT="80\.5": /],
    ['AUTH', 'all', /AUTH="all": expected "none"/],
    ['CONTRACT', './none.js', /CONTRACT="\.\/none\.js": there is no file \/home\/me\/none\.js/],
    ['MAX_GROUPS_PER_QUEUE', '0', /MAX_GROUPS_PER_QUEUE="0": /],
    ['MAX_GROUPS_PER_QUEUE', 'many', /expected a number of groups, 1 or more/],
    ['MEMORY_BUDGET', '63', /MEMORY_BUDGET="63": .*64 or more/],
    ['MEMORY_BUDGET', '256MB', /MEMORY_BUDGET="256MB": .*a number of MiB/],
    ['DASHBOARD', 'false', /DASHBOARD="false": expected "on" or "off"/],
    ['LOG_LEVEL', 'loud', /LOG_LEVEL="loud": .*"trace"\|"debug"/],
    ['LOG_FORMAT', 'xml', /LOG_FORMAT="xml": .*"pretty"\|"json"/],
  ])('is refused with %s=%s', async (name, value, text) => {
    const { names, message } = await problemsOf({ [name]: value });
    expect(names).toEqual([name]);
    expect(message).toMatch(text);
  });

  it('is refused with all its problems at once, each in a line', async () => {
    const env = {
      PORT: 'abc',
      HOST: '0.0.0.0',
      AUTH: 'all',
      LOG_LEVEL: 'loud',
      LOG_FORMAT: 'xml',
      CONTRACT: '@acme/none',
    };
    const { names, message } = await problemsOf(env);
    expect(names.sort()).toEqual(Object.keys(env).sort());
    expect(message.split('\n')).toHaveLength(7);
  });
});

describe('who may connect', () => {
  const outside = [
    '0.0.0.0',
    '::',
    '192.168.0.1',
    'example.org',
    '127.0.0.1.example.org',
    'localhost.example',
  ];

  it.each(['127.0.0.1', '127.8.0.1', 'localhost', '::1'])(
    'is anybody on %s, which is loopback',
    async (host) => {
      expect(await read({ HOST: host })).toMatchObject({
        host,
        authentication: { tokens: [] },
        warnings: [],
      });
    },
  );

  it.each(outside)('is nobody on %s unless that is decided', async (host) => {
    const { names, message } = await problemsOf({ HOST: host });
    expect(names).toEqual(['HOST']);
    expect(message).toContain(`HOST="${host}"`);
    expect(message).toMatch(/anyone who reaches .* set QUEUE_TOKENS, .* or say AUTH=none/);
  });

  it.each(outside)('is who has a key on %s', async (host) => {
    expect(await read({ HOST: host, QUEUE_TOKENS: key })).toMatchObject({
      host,
      authentication: { tokens: [key] },
      warnings: [],
    });
  });

  it.each([...outside, '127.0.0.1'])(
    'is anybody on %s with AUTH=none, and a warning says so',
    async (host) => {
      const { warnings } = await read({ HOST: host, AUTH: 'none' });
      expect(warnings[0]).toBe(`AUTH=none: everybody who reaches ${host} can read and publish`);
    },
  );

  it.each([
    ['0.0.0.0', undefined, 1],
    ['::', undefined, 1],
    ['0.0.0.0', 'queue.example', 0],
    ['queue.example', undefined, 0],
    ['10.0.0.7', undefined, 0],
  ])('warns that only addresses are allowed hosts: HOST=%s, ALLOWED_HOSTS=%s', async (HOST, hosts, count) => {
    const { warnings } = await read({ HOST, ALLOWED_HOSTS: hosts, AUTH: 'none' });
    expect(warnings.filter((warning) => warning.includes('ALLOWED_HOSTS is not set'))).toHaveLength(count);
  });

  const jwt = { JWT_SECRET: key.repeat(2), JWT_AUDIENCE: 'queue', JWT_ISSUER: 'login' };

  it.each([{ QUEUE_KEYS_FILE: 'keys.json' }, jwt])(
    'is who has a named key or a token on any host: %j',
    async (env) => {
      expect((await read({ HOST: '0.0.0.0', ...env })).warnings).toEqual([]);
      expect((await problemsOf({ HOST: '0.0.0.0', AUTH: 'none', ...env })).names).toEqual(['AUTH']);
    },
  );

  it('is not both, who has a key and anybody', async () => {
    const { names, message } = await problemsOf({ HOST: '0.0.0.0', AUTH: 'none', QUEUE_TOKENS: key });
    expect(names).toEqual(['AUTH']);
    expect(message).toMatch(
      /AUTH="none": QUEUE_TOKENS asks every client for a key.*leave one of the two out/,
    );
  });

  it.each([
    `${key},short-key`,
    'short-key',
    'aaaaaaaaaaaaaaaa',
    `${key},0123456789abcdef`,
    `${key.slice(0, 15)}, ${otherKey}`,
  ])('is refused with a key that is easily guessed, and no key is shown: %j', async (keys) => {
    const { names, message } = await problemsOf({ QUEUE_TOKENS: keys });
    expect(names).toEqual(['QUEUE_TOKENS']);
    expect(message).toMatch(/QUEUE_TOKENS=\(hidden\): each key has at least 16 characters/);
    for (const each of keys.split(',')) expect(message).not.toContain(each.trim());
  });

  it('is not anybody because the keys are empty', async () => {
    const { names, message } = await problemsOf({ HOST: '0.0.0.0', QUEUE_TOKENS: ' , ' });
    expect(names).toEqual(['QUEUE_TOKENS']);
    expect(message).toContain('it has no key in it');
  });

  it('does not start on a dyno, whose disk is wiped, unless that is meant; then its receipts say so', async () => {
    const dyno = { DYNO: 'web.1', PORT: '5000', QUEUE_TOKENS: key };
    const { names, message } = await problemsOf(dyno);
    expect(names).toEqual(['DATA_DIR']);
    expect(message).toContain('ALLOW_EPHEMERAL_STORAGE=true');
    expect(await problemsOf({ ...dyno, ALLOW_EPHEMERAL_STORAGE: 'yes' })).toMatchObject({
      names: ['DATA_DIR', 'ALLOW_EPHEMERAL_STORAGE'],
    });
    const config = await read({ ...dyno, ALLOW_EPHEMERAL_STORAGE: 'true' });
    expect(config).toMatchObject({ host: '0.0.0.0', port: 5_000, durability: 'memory', trustedProxies: 1 });
    expect((await problemsOf({ DYNO: 'web.1', ALLOW_EPHEMERAL_STORAGE: 'true' })).names).toEqual(['HOST']);
  });
});

describe('a number in the environment', () => {
  const names = ['PORT', 'TRUSTED_PROXIES', ...Object.keys(limitVariables(false))];

  it.each(names)('of %s is written in decimal digits, and in no other way', async (name) => {
    // Each of them is a number that the variable may have.
    const value = name === 'MEMORY_BUDGET' ? 128 : name === 'HANDSHAKE_TIMEOUT_MS' ? 4_000 : 8;
    expect((await problemsOf({ [name]: String(value) })).names).toEqual([]);
    const signs = [`0x${value.toString(16)}`, `${value}e0`, `+${value}`, `${value}.0`];
    const wrong = [...signs, ` ${value}`, `${value} `];
    for (const each of wrong) expect((await problemsOf({ [name]: each })).names).toEqual([name]);
  });
});
