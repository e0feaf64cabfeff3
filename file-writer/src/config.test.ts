import { describe, expect, it } from '@jest/globals';
import { parseConfig } from './config.js';

describe('parseConfig', () => {
  it('has a default for everything', () => {
    const defaults = { url: 'http://localhost:3333', token: undefined, startedIn: undefined };
    expect(parseConfig({})).toEqual(defaults);
    expect(parseConfig({ QUEUE_URL: '', QUEUE_TOKEN: '', INIT_CWD: '' })).toEqual(defaults);
  });

  it('takes its variables', () => {
    const env = { QUEUE_URL: 'https://queue.example:8443', QUEUE_TOKEN: 't', INIT_CWD: '/work' };
    expect(parseConfig(env)).toEqual({ url: 'https://queue.example:8443', token: 't', startedIn: '/work' });
  });

  it('refuses a URL with a path, which no client takes', () => {
    const QUEUE_URL = 'http://localhost:3333/queue';
    expect(() => parseConfig({ QUEUE_URL })).toThrow('allowed: a URL without a path');
  });

  it('refuses what is no http URL, and shows no credentials', () => {
    const line = '  QUEUE_URL="ftp://(hidden)@queue": allowed: an http:// or https:// URL';
    expect(() => parseConfig({ QUEUE_URL: 'ftp://me:hunter2@queue' })).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: `The environment is wrong:\n${line}` }),
    );
  });
});
