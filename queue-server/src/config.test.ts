import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { readConfig, type Config } from './config.js';

const surroundings = { directory: '/home/me', defaultDataDir: '/srv/typed-queue/data' };
const read = (env: Readonly<Record<string, string | undefined>>): Config => readConfig(env, surroundings);

/** The problems of an environment, by variable. */
const problemsOf = (env: Readonly<Record<string, string>>): { names: string[]; message: string } => {
  try {
    read(env);
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
  it('has defaults for everything', () => {
    expect(read({})).toEqual({
      port: 3333,
      host: '127.0.0.1',
      dataDir: '/srv/typed-queue/data',
      origins: [],
      logLevel: 'info',
      logFormat: 'pretty',
      warnings: [],
    });
  });

  it('takes what the environment says, and knows an empty variable for one that is not set', () => {
    const env = {
      PORT: '0',
      HOST: 'localhost',
      DATA_DIR: '/data',
      CORS_ORIGINS: 'https://a.example, https://b.example',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
    };
    expect(read({ ...env, OTHER: 'ignored' })).toEqual({
      port: 0,
      host: 'localhost',
      dataDir: '/data',
      origins: ['https://a.example', 'https://b.example'],
      logLevel: 'debug',
      logFormat: 'json',
      warnings: [],
    });
    const empty = Object.fromEntries([...Object.keys(env), 'AUTH'].map((name) => [name, '']));
    expect(read(empty)).toEqual(read({}));
  });

  it.each([
    ['data', '/home/me/data'],
    ['./data/../other', '/home/me/other'],
    ['../data', '/home/data'],
    ['/data', '/data'],
  ])('takes the DATA_DIR %j from where the user stands', (dataDir, expected) => {
    expect(read({ DATA_DIR: dataDir }).dataDir).toBe(expected);
  });

  it.each([
    ['https://a.example,', ['https://a.example']],
    [' , ', []],
    ['*', ['*']],
  ])('reads the origins %j without empty ones, which would let every empty Origin in', (text, origins) => {
    expect(read({ CORS_ORIGINS: text }).origins).toEqual(origins);
  });

  it.each([
    ['PORT', 'abc', /PORT="abc": expected a port, 0 to 65535/],
    ['PORT', '-1', /PORT="-1": /],
    ['PORT', '65536', /PORT="65536": .*65535/],
    ['PORT', '80.5', /PORT="80\.5": /],
    ['AUTH', 'all', /AUTH="all": expected "none"/],
    ['LOG_LEVEL', 'loud', /LOG_LEVEL="loud": .*"trace"\|"debug"/],
    ['LOG_FORMAT', 'xml', /LOG_FORMAT="xml": .*"pretty"\|"json"/],
  ])('is refused with %s=%s', (name, value, text) => {
    const { names, message } = problemsOf({ [name]: value });
    expect(names).toEqual([name]);
    expect(message).toMatch(text);
  });

  it('is refused with all its problems at once, each in a line', () => {
    const env = { PORT: 'abc', HOST: '0.0.0.0', AUTH: 'all', LOG_LEVEL: 'loud', LOG_FORMAT: 'xml' };
    const { names, message } = problemsOf(env);
    expect(names).toEqual(['PORT', 'HOST', 'AUTH', 'LOG_LEVEL', 'LOG_FORMAT']);
    expect(message.split('\n')).toHaveLength(6);
  });
});

describe('the host of a queue server', () => {
  it.each(['127.0.0.1', '127.8.0.1', 'localhost', '::1'])('may be %s, which is loopback', (host) => {
    expect(read({ HOST: host })).toMatchObject({ host, warnings: [] });
    expect(read({ HOST: host, AUTH: 'none' }).warnings).toEqual([]);
  });

  it.each(['0.0.0.0', '::', '192.168.0.1', 'example.org', '127.0.0.1.example.org', 'localhost.example'])(
    'may be %s only when it is said that nobody is asked who they are, and then warns',
    (host) => {
      const { names, message } = problemsOf({ HOST: host });
      expect(names).toEqual(['HOST']);
      expect(message).toContain(`HOST="${host}"`);
      expect(message).toMatch(/anyone who reaches this address .* listen on 127\.0\.0\.1, or say AUTH=none/);
      const { warnings } = read({ HOST: host, AUTH: 'none' });
      expect(warnings).toEqual([expect.stringContaining(host)]);
    },
  );
});
