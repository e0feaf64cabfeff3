import { describe, expect, it } from '@jest/globals';
import { parseConfig } from './config.js';

const parse = (env: Record<string, string>) =>
  parseConfig(env, { directory: '/home/me', moduleDir: '/opt/embedded-mongo/dist' });

describe('parseConfig', () => {
  it('has defaults', () => {
    expect(parse({})).toEqual({
      port: 27_017,
      host: '127.0.0.1',
      dataDir: '/home/me/typed-queue-data/mongo',
      exitWithStdin: false,
    });
  });

  it('resolves a relative folder from the working directory', () => {
    expect(parse({ DATA_DIR: 'mine', PORT: '0', HOST: '::1', EXIT_WITH_STDIN: 'true' })).toEqual({
      port: 0,
      host: '::1',
      dataDir: '/home/me/mine/mongo',
      exitWithStdin: true,
    });
  });

  it.each([
    { HOST: '0.0.0.0' },
    { HOST: 'example.org' },
    { PORT: '70000' },
    { PORT: '0x8' },
    { PORT: '8e0' },
    { PORT: ' 8' },
    { PORT: '+8' },
    { EXIT_WITH_STDIN: 'yes' },
    { DATA_DIR: 'node_modules/data' },
  ])('refuses %j', (env) => {
    expect(() => parse(env)).toThrow(expect.objectContaining({ code: 'config_invalid' }));
  });
});
