import { describe, expect, it } from '@jest/globals';
import { parseEnvironment } from '../environment.js';
import { allowedHosts, corsOrigins, trustedProxies } from './access-variables.js';

const schema = {
  CORS_ORIGINS: corsOrigins({ wildcard: false }),
  ALLOWED_HOSTS: allowedHosts,
  TRUSTED_PROXIES: trustedProxies(0),
};
const read = (env: Record<string, string>) => parseEnvironment(schema, env);

describe('the variables of access', () => {
  it('have defaults', () => {
    expect(read({})).toEqual({ CORS_ORIGINS: [], ALLOWED_HOSTS: [], TRUSTED_PROXIES: 0 });
    expect(parseEnvironment({ TRUSTED_PROXIES: trustedProxies(1) }, {})).toEqual({ TRUSTED_PROXIES: 1 });
  });

  it.each([
    ['https://shop.example'],
    ['http://localhost:5173'],
    ['http://[::1]:5173'],
    ['null'],
    ['chrome-extension://abcdefgh'],
    ['moz-extension://0f5d62b1-0a5c-4d1f-9f59-5a7d9a9b9c1e'],
  ])('take the origin %s', (origin) => {
    expect(read({ CORS_ORIGINS: ` ${origin} , https://a.example` }).CORS_ORIGINS).toEqual([
      ...[origin, 'https://a.example'],
    ]);
  });

  it.each([
    ['https://shop.example/'],
    ['https://shop.example:443'],
    ['https://Shop.example'],
    ['shop.example'],
    ['https://me@shop.example'],
    ['*'],
    ['http://*.a.example'],
    ['https://a.example:*'],
    ['ftp://a.example'],
    ['ws://a.example'],
    ['file:///a'],
    ['chrome-extension://*'],
  ])('refuse the origin %s, which no browser sends', (origin) => {
    expect(() => read({ CORS_ORIGINS: origin })).toThrow(/CORS_ORIGINS=.*as browsers send them/);
  });

  it('take * for all origins where that may be', () => {
    const variable = { CORS_ORIGINS: corsOrigins({ wildcard: true }) };
    expect(parseEnvironment(variable, { CORS_ORIGINS: '*' })).toEqual({ CORS_ORIGINS: ['*'] });
  });

  it('take names and addresses of hosts', () => {
    const hosts = ['queue.example', 'queue_server', '10.0.0.7', 'fd00::1', '[fd00::1]', '*'];
    expect(read({ ALLOWED_HOSTS: hosts.join(',') }).ALLOWED_HOSTS).toEqual(hosts);
  });

  it.each(['queue.example:3333', 'https://queue.example', '*.example', '[::1]:3333', 'a b'])(
    'refuse the host %s',
    (host) => {
      expect(() => read({ ALLOWED_HOSTS: host })).toThrow(/ALLOWED_HOSTS=.*without ports/);
    },
  );

  it.each(['-1', '11', '1.5', 'true', '10.0.0.1'])('refuse %s proxies', (proxies) => {
    expect(() => read({ TRUSTED_PROXIES: proxies })).toThrow(/TRUSTED_PROXIES=/);
  });
});
