import { describe, expect, it } from '@jest/globals';
import { parseConfig } from './config.js';

describe('parseConfig', () => {
  it('has a default for everything', () => {
    const defaults = { url: 'http://localhost:3333', token: undefined, format: 'pretty' };
    expect(parseConfig({})).toEqual(defaults);
    expect(parseConfig({ QUEUE_URL: '', QUEUE_TOKEN: '', LOG_FORMAT: '' })).toEqual(defaults);
  });

  it('takes all three variables', () => {
    const env = { QUEUE_URL: 'https://queue.example:8443', QUEUE_TOKEN: 't', LOG_FORMAT: 'json' };
    expect(parseConfig(env)).toEqual({ url: 'https://queue.example:8443', token: 't', format: 'json' });
  });

  it('tells all wrong values together', () => {
    const lines = [
      'The environment is wrong:',
      '  QUEUE_URL="ftp://queue": allowed: an http:// or https:// URL',
      '  LOG_FORMAT="xml": allowed: pretty, json',
    ];
    expect(() => parseConfig({ QUEUE_URL: 'ftp://queue', LOG_FORMAT: 'xml' })).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: lines.join('\n') }),
    );
  });

  it.each(['localhost:3333', 'queue', 'http://'])('refuses the URL %s', (url) => {
    expect(() => parseConfig({ QUEUE_URL: url })).toThrow(`QUEUE_URL="${url}": allowed: an http://`);
  });
});
