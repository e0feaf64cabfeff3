import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { arrivalOf, urlHost, type Arrival } from './arrival.js';

const arrival = (
  headersDistinct: Record<string, string[]>,
  trustedProxies = 0,
  socket: Record<string, unknown> = {},
): Arrival => {
  const given = { remoteAddress: '10.0.0.1', localAddress: '10.0.0.2', ...socket };
  // Safe: these are the fields of the socket that are read.
  return arrivalOf(
    { headersDistinct, socket: given as unknown as IncomingMessage['socket'] },
    trustedProxies,
  );
};

const forwarded = {
  host: ['10.0.0.2:3333'],
  'x-forwarded-for': ['6.6.6.6, 192.0.2.1', '10.0.0.5'],
  'x-forwarded-host': ['evil.example, queue.example', 'inner.example'],
  'x-forwarded-proto': ['wss, https, http'],
};

describe('the arrival of a request', () => {
  it('is what its own headers and its connection say', () => {
    expect(arrival({ host: ['a', 'b'], origin: ['http://c', 'http://d'] })).toEqual({
      hosts: ['a', 'b'],
      origins: ['http://c', 'http://d'],
      scheme: 'http',
      forwardedHost: undefined,
      localAddress: '10.0.0.2',
      clientAddress: '10.0.0.1',
    });
    expect(arrival({})).toMatchObject({ hosts: [], origins: [] });
    expect(arrival({}, 0, { encrypted: true })).toMatchObject({ scheme: 'https' });
    expect(arrival({}, 0, { encrypted: false })).toMatchObject({ scheme: 'http' });
  });

  it.each([
    ['192.0.2.1:4711', '192.0.2.1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['192.0.2.1:x', '10.0.0.1'],
  ])('has the address of a client that a proxy names %s', (named, address) => {
    expect(arrival({ 'x-forwarded-for': [named] }, 1).clientAddress).toBe(address);
  });

  it('believes no forwarded header where no proxy is declared', () => {
    expect(arrival(forwarded)).toMatchObject({
      hosts: ['10.0.0.2:3333'],
      scheme: 'http',
      forwardedHost: undefined,
      clientAddress: '10.0.0.1',
    });
  });

  it.each<[number, Partial<Arrival>]>([
    [1, { clientAddress: '10.0.0.5', forwardedHost: 'inner.example', scheme: 'http' }],
    [2, { clientAddress: '192.0.2.1', forwardedHost: 'queue.example', scheme: 'https' }],
    [3, { clientAddress: '6.6.6.6', forwardedHost: 'evil.example', scheme: 'https' }],
    [9, { clientAddress: '6.6.6.6', forwardedHost: 'evil.example', scheme: 'https' }],
  ])('through %s proxies is what the outermost of them wrote', (proxies, expected) => {
    expect(arrival(forwarded, proxies)).toMatchObject(expected);
  });

  it('falls back to the connection where a proxy forwards nothing, or nonsense', () => {
    const expected = { clientAddress: '10.0.0.1', forwardedHost: undefined, scheme: 'http' };
    expect(arrival({}, 1)).toMatchObject(expected);
    const nonsense = {
      'x-forwarded-for': ['unknown'],
      'x-forwarded-host': [' , '],
      'x-forwarded-proto': ['gopher'],
    };
    expect(arrival(nonsense, 1)).toMatchObject(expected);
  });

  it('names an IPv4 address as such, however the socket does', () => {
    const mapped = { remoteAddress: '::ffff:10.0.0.1', localAddress: '::ffff:10.0.0.2' };
    expect(arrival({}, 0, mapped)).toMatchObject({ localAddress: '10.0.0.2', clientAddress: '10.0.0.1' });
  });
});

it.each([
  ['Queue.Example', 'queue.example'],
  ['::1', '[::1]'],
  ['[FD00:0:0::1]', '[fd00::1]'],
  ['fe80::1%eth0', '[fe80::1]'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['*', '*'],
])('the host %s is %s in a URL', (host, expected) => {
  expect(urlHost(host)).toBe(expected);
});
