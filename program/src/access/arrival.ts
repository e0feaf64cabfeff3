import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import { targetHost } from './request-target.js';

type Headers = IncomingMessage['headersDistinct'];

/** Where an HTTP request comes from, and which server it is for. */
export interface Arrival {
  /** Each `Host` header, and the host of the target when that names another. */
  readonly hosts: readonly string[];
  /** Each `Origin` header. */
  readonly origins: readonly string[];
  /** The scheme that the client used: to the first trusted proxy, when there is one. */
  readonly scheme: 'http' | 'https';
  /** The `Host` that a trusted proxy received, when it forwards it. */
  readonly forwardedHost: string | undefined;
  /** The local address of its connection, as in a URL: IPv6 in brackets. */
  readonly localAddress: string;
  readonly clientAddress: string;
}

const IPV4_IN_IPV6 = /^::ffff:(?=\d+\.)/i;

/** `trustedProxies`: how many proxies are in front; without any, forwarded headers are ignored. */
export const arrivalOf = (
  { url, headersDistinct, socket }: Pick<IncomingMessage, 'url' | 'headersDistinct' | 'socket'>,
  trustedProxies: number,
): Arrival => {
  const forwarded = (name: string): string | undefined =>
    forwardedValue(headersDistinct, name, trustedProxies);
  const encrypted = 'encrypted' in socket && socket.encrypted === true;
  const client = withoutPort(forwarded('x-forwarded-for') ?? '');
  return {
    hosts: hostsOf(headersDistinct.host ?? [], targetHost(url ?? '')),
    origins: headersDistinct.origin ?? [],
    scheme:
      SCHEMES.get(forwarded('x-forwarded-proto')?.toLowerCase() ?? '') ?? (encrypted ? 'https' : 'http'),
    forwardedHost: forwarded('x-forwarded-host'),
    localAddress: urlHost(socket.localAddress ?? ''),
    clientAddress: isIP(client) > 0 ? client : (socket.remoteAddress ?? '').replace(IPV4_IN_IPV6, ''),
  };
};

const hostsOf = (hosts: readonly string[], target: string | undefined): readonly string[] =>
  target === undefined || hosts.includes(target) ? hosts : [...hosts, target];

/** The value of the outermost trusted proxy: each one appends what it saw, or replaces all. */
const forwardedValue = (headers: Headers, name: string, trustedProxies: number): string | undefined => {
  if (trustedProxies === 0) return undefined;
  const values = (headers[name] ?? [])
    .flatMap((text) => text.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
  return values.at(-Math.min(trustedProxies, values.length));
};

/** Some proxies append the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const withoutPort = (client: string): string =>
  client.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');

/** Some proxies name the scheme of a websocket. */
const SCHEMES: ReadonlyMap<string, Arrival['scheme']> = new Map([
  ['http', 'http'],
  ['ws', 'http'],
  ['https', 'https'],
  ['wss', 'https'],
]);

/** A name or address as in a URL. */
export const urlHost = (host: string): string => {
  const plain = host
    .replace(IPV4_IN_IPV6, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return isIPv6(plain) ? new URL(`http://[${plain.replace(/%.*/, '')}]`).hostname : plain;
};
