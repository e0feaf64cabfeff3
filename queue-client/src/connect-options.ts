import type { ConnectOptions } from './client.js';
import {
  checkNumber,
  checkOptions,
  checkText,
  invalidArgument,
  type KnownOptions,
} from './argument-check.js';
import { checkWindow } from './window.js';

const PROTOCOLS: readonly string[] = ['http:', 'https:', 'ws:', 'wss:'];

const KNOWN: KnownOptions<ConnectOptions> = {
  url: true,
  path: true,
  ca: true,
  token: true,
  window: true,
  outbox: true,
  validate: true,
  requireContract: true,
  reconnect: true,
  name: true,
  tracing: true,
};
const OUTBOX: KnownOptions<NonNullable<ConnectOptions['outbox']>> = { maxMessages: true, maxBytes: true };
const RECONNECT: KnownOptions<NonNullable<ConnectOptions['reconnect']>> = {
  minDelayMs: true,
  maxDelayMs: true,
};

/**
 * Refuses what can never work, before anything is connected.
 * @throws QueueError `request_invalid`
 */
export const checkConnect = (contract: unknown, options: ConnectOptions): void => {
  if (typeof contract !== 'object' || contract === null) {
    throw invalidArgument(
      'connect',
      `the first argument is a contract (see defineContract), not ${typeof contract}.`,
    );
  }
  checkOptions('connect', 'the second argument', options, KNOWN);
  const { url, path, ca, token, window, outbox = {}, reconnect = {} } = options;
  checkUrl(url);
  if (path !== undefined) checkPath(path);
  if (token !== undefined && typeof token !== 'function') checkToken(token);
  for (const certificate of [ca ?? []].flat()) checkText('connect', '"ca"', certificate);
  if (window !== undefined) checkWindow('connect', window);
  checkOptions('connect', '"outbox"', outbox, OUTBOX);
  checkOptions('connect', '"reconnect"', reconnect, RECONNECT);
  for (const [name, value] of Object.entries({ ...outbox, ...reconnect })) {
    checkNumber('connect', `"${name}"`, value, 0);
  }
};

/** Scheme and host of a URL, for messages: without credentials and query. */
export const serverOf = (url: string): string => {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
};

const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Whether the token crosses a network unencrypted. */
export const exposesToken = ({ url, token }: Pick<ConnectOptions, 'url' | 'token'>): boolean => {
  const { protocol, hostname } = new URL(url);
  return token !== undefined && ['http:', 'ws:'].includes(protocol) && !LOOPBACK.test(hostname);
};

const checkUrl = (url: unknown): void => {
  checkText('connect', '"url"', url);
  const problem = problemOf(String(url));
  if (problem === undefined) return;
  throw invalidArgument('connect', `the "url" "${String(url)}" ${problem}.`, { url });
};

const problemOf = (text: string): string | undefined => {
  if (!text.includes('://')) return `has no scheme: write http://${text}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return 'is no URL: write it like http://localhost:3333';
  const { protocol, pathname, search, hash } = url;
  if (!PROTOCOLS.includes(protocol)) {
    return `has the scheme "${protocol}": a queue server is reached by http:, https:, ws: or wss:`;
  }
  if (pathname !== '/') {
    const folder = pathname.replace(/\/$/, '');
    return `has a path: for a server below a folder give the option path: "${folder}/socket.io/"`;
  }
  return search + hash === '' ? undefined : 'has a query or a fragment: leave it away';
};

/** An empty text is an unset variable: the server answers what it needs. */
const checkToken = (token: unknown): void => {
  if (token !== '') checkText('connect', '"token", unless it is a function,', token);
};

const checkPath = (path: unknown): void => {
  if (typeof path === 'string' && path.startsWith('/')) return;
  throw invalidArgument(
    'connect',
    `"path" begins with a slash, like "/queue/socket.io/", not ${JSON.stringify(path)}.`,
  );
};
