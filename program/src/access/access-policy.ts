import { QueueError } from '@typed-queue/contracts';
import { urlHost, type Arrival } from './arrival.js';

export interface AccessOptions {
  /** Where the server listens. */
  readonly host: string;
  /** Further names and addresses by which it may be called, without ports; `*`: any. */
  readonly allowedHosts: readonly string[];
  /** Pages of these origins may use it, besides its own; `*`: all. */
  readonly origins: readonly string[];
  /** Every client shows a key: any `Host` is accepted. */
  readonly keysRequired: boolean;
}

/** By which names a server may be called, and which pages may use it. */
export interface AccessPolicy {
  readonly hosts: ReadonlySet<string>;
  readonly origins: ReadonlySet<string>;
  readonly anyHost: boolean;
}

/** For health checks: open to all, by any host name. */
export const HEALTH_PATHS: readonly string[] = ['/livez', '/readyz'];

export const accessPolicy = ({ host, allowedHosts, origins, keysRequired }: AccessOptions): AccessPolicy => ({
  hosts: new Set([host, ...allowedHosts].map(urlHost)),
  origins: new Set(origins),
  anyHost: keysRequired,
});

const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const MAX_SHOWN = 200;

/**
 * Why a request or upgrade is refused; undefined: it is accepted.
 *
 * A web page can reach any server that its browser reaches, under any name (DNS rebinding). But a browser says truthfully
 * which name it used (`Host`), and which page asks (`Origin`):
 * - `Host` is a name of this server: loopback, where it listens, the address it was reached at, or one that is
 *   allowed. Where keys are required any will do, since a page has none.
 * - `Origin` is absent (no page), listed, or the server's own: the scheme, name and port that the client used, with a
 *   name of this server.
 *
 * Behind a proxy both its own `Host` and the forwarded one are checked: a page that bypasses the proxy can forge the
 * second, not the first.
 */
export const accessRefusal = (arrival: Arrival, policy: AccessPolicy): QueueError | undefined => {
  const { hosts, origins, forwardedHost, scheme } = arrival;
  const [host, requested] = [hosts[0] ?? '', forwardedHost ?? hosts[0] ?? ''].map((name) =>
    urlOf(scheme, name),
  );
  if (hosts.length !== 1 || host === undefined || requested === undefined) return HOST_INVALID;
  if (origins.length > 1) return ORIGIN_INVALID;
  const isKnown = ({ hostname }: URL): boolean => isNameOf(policy, arrival, hostname);
  const unknown = [host, requested].find((url) => !isKnown(url));
  if (unknown !== undefined && !policy.anyHost) return hostRefused(unknown.hostname);
  const [origin] = origins;
  if (origin === undefined || policy.origins.has('*') || policy.origins.has(origin)) return undefined;
  return isKnown(requested) && isOriginOf(requested, origin) ? undefined : originRefused(origin);
};

const urlOf = (scheme: string, host: string): URL | undefined =>
  HOST.test(host) && URL.canParse(`${scheme}://${host}`) ? new URL(`${scheme}://${host}`) : undefined;

const isNameOf = ({ hosts }: AccessPolicy, { localAddress }: Arrival, name: string): boolean =>
  LOOPBACK.test(name) || name === localAddress || hosts.has(name) || hosts.has('*');

const isOriginOf = ({ protocol, host }: URL, origin: string): boolean => {
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  return page.protocol === protocol && page.host === host;
};

const HOST_INVALID = new QueueError(
  'request_invalid',
  'Host: expected one, a name or an address, with or without a port.',
);
const ORIGIN_INVALID = new QueueError('request_invalid', 'Origin: expected one at most.');

const shown = (text: string): string => JSON.stringify(text.slice(0, MAX_SHOWN));

const hostRefused = (host: string): QueueError =>
  new QueueError(
    'host_refused',
    `This server is not called ${shown(host)}. If it should be, add the name to its ALLOWED_HOSTS.`,
    { details: { host: host.slice(0, MAX_SHOWN) } },
  );

const originRefused = (origin: string): QueueError =>
  new QueueError(
    'origin_refused',
    `Pages of ${shown(origin)} may not use this server. If they should, add the origin to its CORS_ORIGINS. If it is the server's own, add its name to ALLOWED_HOSTS, and behind a proxy set TRUSTED_PROXIES.`,
    { details: { origin: origin.slice(0, MAX_SHOWN) } },
  );
