import { describe, expect, it } from '@jest/globals';
import { accessPolicy, accessRefusal, type AccessOptions } from './access-policy.js';
import type { Arrival } from './arrival.js';

const page = 'https://shop.example';

const refusalOf = (arrival: Partial<Arrival>, options: Partial<AccessOptions> = {}): string | undefined =>
  accessRefusal(
    {
      hosts: ['localhost:3333'],
      origins: [],
      scheme: 'http',
      forwardedHost: undefined,
      localAddress: '127.0.0.1',
      clientAddress: '127.0.0.1',
      ...arrival,
    },
    accessPolicy({
      host: '127.0.0.1',
      allowedHosts: [],
      origins: [],
      keysRequired: false,
      ...options,
    }),
  )?.code;

describe('the host that a request names', () => {
  it.each([
    ['localhost:3333'],
    ['localhost'],
    ['LocalHost:3333'],
    ['127.0.0.1:3333'],
    ['127.8.9.1'],
    ['[::1]:3333'],
    // An address in another form, as URLs have it.
    ['127.1:3333'],
  ])('may be loopback: %s', (host) => {
    expect(refusalOf({ hosts: [host] })).toBeUndefined();
  });

  it.each([
    ['evil.example:3333'],
    ['evil.example'],
    ['localhost.evil.example'],
    ['localhost.'],
    ['127.0.0.1.evil.example'],
    ['10.0.0.7:3333'],
    ['0.0.0.0:3333'],
    ['[::2]:3333'],
    ['[::ffff:127.0.0.1]:3333'],
  ])('may not be another: %s', (host) => {
    expect(refusalOf({ hosts: [host] })).toBe('host_refused');
  });

  it.each([
    [[]],
    [['']],
    [['localhost', 'localhost']],
    [['localhost', 'evil.example']],
    [['localhost, evil.example']],
    [['me@localhost']],
    [['localhost/path']],
    [['localhost:port']],
    [['localhost:99999']],
    [['[::1']],
    [[' localhost']],
  ])('has to be one and well formed: %j', (hosts) => {
    expect(refusalOf({ hosts })).toBe('request_invalid');
    expect(refusalOf({ hosts }, { keysRequired: true, allowedHosts: ['*'] })).toBe('request_invalid');
  });

  it.each<[string, Partial<AccessOptions>]>([
    ['queue.lan:3333', { host: 'queue.lan' }],
    ['[fd00::1]:3333', { host: 'FD00:0::1' }],
    ['queue-server:3333', { host: '0.0.0.0', allowedHosts: ['queue-server'] }],
    ['10.0.0.9', { host: '0.0.0.0', allowedHosts: ['queue-server', '10.0.0.9'] }],
    ['[fd00::2]:3333', { host: '::', allowedHosts: ['[fd00::2]'] }],
    ['anything.example', { host: '0.0.0.0', allowedHosts: ['*'] }],
    ['anything.example', { host: '0.0.0.0', keysRequired: true }],
  ])('may be %s where %j', (host, options) => {
    expect(refusalOf({ hosts: [host] }, options)).toBeUndefined();
  });

  it('may be the address that it reached, which no DNS can rebind', () => {
    const reached = { localAddress: '10.0.0.7' };
    expect(refusalOf({ ...reached, hosts: ['10.0.0.7:3333'] }, { host: '0.0.0.0' })).toBeUndefined();
    expect(refusalOf({ ...reached, hosts: ['10.0.0.8:3333'] }, { host: '0.0.0.0' })).toBe('host_refused');
  });
});

describe('the origin of a request', () => {
  it.each<[string | undefined, readonly string[], string | undefined]>([
    [undefined, [], undefined],
    [undefined, [page], undefined],
    [page, [page], undefined],
    [page, ['https://other.example', page], undefined],
    [page, ['*'], undefined],
    ['null', ['*'], undefined],
    ['null', ['null'], undefined],
    [page, [], 'origin_refused'],
    ['null', [page], 'origin_refused'],
    ['', [page], 'origin_refused'],
    [`${page}:8443`, [page], 'origin_refused'],
    [`${page}.evil.example`, [page], 'origin_refused'],
    ['http://shop.example', [page], 'origin_refused'],
    ['*', [page], 'origin_refused'],
  ])('%j, when %j may come in: %s', (origin, origins, expected) => {
    const arrival = { origins: origin === undefined ? [] : [origin] };
    expect(refusalOf(arrival, { origins })).toBe(expected);
    expect(refusalOf(arrival, { origins, keysRequired: true })).toBe(expected);
  });

  it.each([
    ['localhost:3333', 'http://localhost:3333'],
    ['LOCALHOST:3333', 'http://localhost:3333'],
    ['localhost', 'http://localhost'],
    ['localhost:80', 'http://localhost'],
    ['127.0.0.1:3333', 'http://127.0.0.1:3333'],
    ['[::1]:3333', 'http://[::1]:3333'],
  ])("may be the server's own: %s, %s", (host, origin) => {
    expect(refusalOf({ hosts: [host], origins: [origin] })).toBeUndefined();
    expect(refusalOf({ hosts: [host], origins: [origin] }, { keysRequired: true })).toBeUndefined();
  });

  it.each([
    ['another port', 'http://localhost:8080'],
    ['no port', 'http://localhost'],
    ['another scheme', 'https://localhost:3333'],
    ['another name of loopback', 'http://127.0.0.1:3333'],
    ['a name within', 'http://evil.localhost:3333'],
    ['a blob of its own', 'blob:http://localhost:3333/1'],
    ['no URL', 'localhost:3333'],
  ])("is not the server's own with %s: %s", (_, origin) => {
    expect(refusalOf({ origins: [origin] })).toBe('origin_refused');
  });

  it('is not the own of a server that has another name, with or without keys', () => {
    const rebound = { hosts: ['evil.example:3333'], origins: ['http://evil.example:3333'] };
    expect(refusalOf(rebound)).toBe('host_refused');
    expect(refusalOf(rebound, { keysRequired: true })).toBe('origin_refused');
    expect(refusalOf(rebound, { keysRequired: true, allowedHosts: ['evil.example'] })).toBeUndefined();
  });

  it('is one at most', () => {
    expect(refusalOf({ origins: [page, page] }, { origins: ['*'] })).toBe('request_invalid');
  });
});

describe('a request that a trusted proxy forwards', () => {
  const proxied = { hosts: ['10.0.0.7:3333'], localAddress: '10.0.0.7', scheme: 'https' } as const;
  const options = { host: '0.0.0.0', allowedHosts: ['queue.example'] };

  it("has the proxy's name and scheme for its own origin", () => {
    const forwarded = { ...proxied, forwardedHost: 'queue.example' };
    expect(refusalOf({ ...forwarded, origins: ['https://queue.example'] }, options)).toBeUndefined();
    expect(refusalOf({ ...forwarded, origins: ['http://queue.example'] }, options)).toBe('origin_refused');
    expect(refusalOf({ ...forwarded, origins: ['https://10.0.0.7:3333'] }, options)).toBe('origin_refused');
  });

  it('is refused by a forwarded name that is not allowed, or not well formed', () => {
    expect(refusalOf({ ...proxied, forwardedHost: 'evil.example' }, options)).toBe('host_refused');
    expect(refusalOf({ ...proxied, forwardedHost: 'a b' }, options)).toBe('request_invalid');
  });

  it('is refused by the name that it really came by, whatever it says is forwarded', () => {
    const rebound = { hosts: ['evil.example:3333'], forwardedHost: 'queue.example' };
    expect(refusalOf(rebound, options)).toBe('host_refused');
  });
});

describe('a refusal', () => {
  const of = (arrival: Partial<Arrival>) =>
    accessRefusal(
      {
        hosts: ['localhost'],
        origins: [],
        scheme: 'http',
        forwardedHost: undefined,
        localAddress: '127.0.0.1',
        clientAddress: '127.0.0.1',
        ...arrival,
      },
      accessPolicy({ host: 'localhost', allowedHosts: [], origins: [], keysRequired: false }),
    );

  it('says what to set', () => {
    expect(of({ hosts: ['evil.example:80'] })?.message).toMatch(/"evil\.example".* ALLOWED_HOSTS/);
    expect(of({ origins: [page] })?.message).toMatch(/"https:\/\/shop\.example".* CORS_ORIGINS/);
  });

  it('repeats little of what came', () => {
    expect(JSON.stringify(of({ origins: ['x'.repeat(10_000)] })).length).toBeLessThan(1_000);
  });
});
