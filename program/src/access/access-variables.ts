import { isIPv6 } from 'node:net';
import * as z from 'zod';
import { commaSeparated, isSet } from '../environment.js';
import { namesKeys } from '../rights/authentication-variables.js';
import { wholeNumber } from '../whole-number.js';
import { isLoopback, isOpenUnasked } from './openness.js';

/** Through more a request hardly comes. */
export const MAX_PROXIES = 10;

const NAME = /^(?:\*|[\w.-]+|\[[\da-f:.]+\])$/i;

/** `URL` has no origin for extensions. Their host is an id in Chrome and Firefox. */
const EXTENSION = /^(?:chrome|moz|safari-web)-extension:\/\/[\w-]+$/;

/** Whether a browser may send this as `Origin`. */
export const isOrigin = (text: string): boolean => {
  if (text === 'null' || EXTENSION.test(text)) return true;
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
};

/** Whether it is a name or an address without a port, or `*`. */
export const isHostName = (text: string): boolean => NAME.test(text) || isIPv6(text);

/** `CORS_ORIGINS`. `wildcard`: whether `*` is allowed, for all. */
export const corsOrigins = ({ wildcard }: { readonly wildcard: boolean }) =>
  commaSeparated
    .refine((origins) => origins.every((origin) => isOrigin(origin) || (wildcard && origin === '*')), {
      error:
        'expected origins as browsers send them, each by its whole name (no * within one), with commas between: https://shop.example,http://localhost:5173',
    })
    .default([]);

/** `ALLOWED_HOSTS`. */
export const allowedHosts = commaSeparated
  .refine((hosts) => hosts.every(isHostName), {
    error: 'expected names or addresses without ports, with commas between: queue.example,10.0.0.7',
  })
  .default([]);

/** `TRUSTED_PROXIES`. */
export const trustedProxies = (defaultCount: number) =>
  wholeNumber({
    least: 0,
    most: MAX_PROXIES,
    error: `expected through how many proxies requests come, 0 to ${MAX_PROXIES}`,
  }).default(defaultCount);

type Env = Readonly<Record<string, string | undefined>>;

interface ReachOptions {
  /** The variable of the keys with all rights. */
  readonly keysVariable: 'QUEUE_TOKENS' | 'API_TOKENS';
  /** What everybody may do without keys, as in `read and publish`. */
  readonly open: string;
  /** Whether `CORS_ORIGINS` may be `*`. */
  readonly wildcard: boolean;
}

/** Whether it runs on a Heroku dyno: its disk is wiped at every restart, and its router is a remote peer. */
export const isDyno = ({ DYNO }: Env): boolean => isSet(DYNO);

/** Whether clients must show a key or a token. */
const hasKeys = (env: Env, { keysVariable }: Pick<ReachOptions, 'keysVariable'>): boolean =>
  isSet(env[keysVariable]) || namesKeys(env);

const hostOf = (env: Env): string => {
  const { HOST = '' } = env;
  if (HOST !== '') return HOST;
  return isDyno(env) ? '0.0.0.0' : '127.0.0.1';
};

/** Whether a server listens on loopback only, and needs no key: no limits apply. */
export const isLocalOnly = (env: Env, options: Pick<ReachOptions, 'keysVariable'>): boolean =>
  !hasKeys(env, options) && isLoopback(hostOf(env));

/** Where a server listens, and which host names and origins may use it. `HOST`, `AUTH` and the keys must not contradict each other. */
export const reachVariables = (env: Env, options: ReachOptions) => ({
  HOST: z
    .string()
    .optional()
    .transform(() => hostOf(env))
    .refine((host) => !isOpenUnasked({ host, hasKeys: hasKeys(env, options), auth: env.AUTH }), {
      error: `anyone who reaches this address could ${options.open}; set ${options.keysVariable}, QUEUE_KEYS_FILE or JWT_SECRET, listen on 127.0.0.1, or say AUTH=none when the network is closed`,
    }),
  AUTH: z
    .literal('none', { error: 'expected "none"' })
    .refine(() => !hasKeys(env, options), {
      error: `${isSet(env[options.keysVariable]) ? options.keysVariable : 'QUEUE_KEYS_FILE or JWT_…'} asks every client for a key, and this asks none; leave one of the two out`,
    })
    .optional(),
  CORS_ORIGINS: corsOrigins(options),
  ALLOWED_HOSTS: allowedHosts,
  // Heroku's router.
  TRUSTED_PROXIES: trustedProxies(isDyno(env) ? 1 : 0),
});
