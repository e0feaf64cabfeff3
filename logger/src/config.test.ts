import { describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { parseConfig as parse } from './config.js';

const parseConfig = (env: Readonly<Record<string, string>>) => parse(env, { kind: 'loaded', contract });

describe('parseConfig', () => {
  it('has a default for everything', () => {
    const defaults = {
      url: 'http://localhost:3333',
      token: undefined,
      contract,
      format: 'pretty',
      filter: { queues: [], events: [] },
    };
    expect(parseConfig({})).toEqual(defaults);
    expect(
      parseConfig({ QUEUE_URL: '', QUEUE_TOKEN: '', LOG_FORMAT: '', LOG_QUEUES: '', LOG_EVENTS: '' }),
    ).toEqual(defaults);
  });

  it('takes all variables', () => {
    const env = {
      QUEUE_URL: 'https://queue.example:8443',
      QUEUE_TOKEN: 't',
      LOG_FORMAT: 'json',
      LOG_QUEUES: 'files, database',
      LOG_EVENTS: 'error',
    };
    expect(parseConfig(env)).toEqual({
      url: 'https://queue.example:8443',
      token: 't',
      contract,
      format: 'json',
      filter: { queues: ['files', 'database'], events: ['error'] },
    });
  });

  it('reports all wrong values together', () => {
    const lines = [
      'The environment is wrong:',
      '  QUEUE_URL="ftp://queue": allowed: an http:// or https:// URL',
      '  LOG_FORMAT="xml": allowed: pretty, json',
      '  LOG_QUEUES="files,flies": allowed: files, database',
      '  LOG_EVENTS="create": allowed: save, error',
    ];
    const wrong = { LOG_QUEUES: 'files,flies', LOG_EVENTS: 'create' };
    expect(() => parseConfig({ QUEUE_URL: 'ftp://queue', LOG_FORMAT: 'xml', ...wrong })).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: lines.join('\n') }),
    );
  });

  it.each(['localhost:3333', 'queue', 'http://'])('refuses the URL %s', (url) => {
    expect(() => parseConfig({ QUEUE_URL: url })).toThrow(`QUEUE_URL="${url}": allowed: an http://`);
  });

  it('refuses a URL with a path, which no client takes', () => {
    const url = 'https://queue.example/below';
    expect(() => parseConfig({ QUEUE_URL: url })).toThrow(
      `QUEUE_URL="${url}": allowed: a URL without a path`,
    );
    expect(parseConfig({ QUEUE_URL: 'https://queue.example/' }).url).toBe('https://queue.example/');
  });
});
