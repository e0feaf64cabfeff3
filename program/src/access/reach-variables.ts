import * as z from 'zod';
import { isSet } from '../environment.js';
import { namesKeys } from '../rights/authentication-variables.js';
import { allowedHosts, corsOrigins, trustedProxies } from './access-variables.js';

type Env = Readonly<Record<string, string | undefined>>;

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

export interface ReachOptions {
  /** The variable of the keys of which each may do everything. */
  readonly keysVariable: 'QUEUE_TOKENS' | 'API_TOKENS';
  /** What everybody may do without keys, as in `read and publish`. */
  readonly open: string;
  /** Whether `CORS_ORIGINS` may be `*`. */
  readonly wildcard: boolean;
}

/** Heroku names the dyno here. Its disk is wiped at every restart, and its router comes from outside. */
export const isDyno = ({ DYNO }: Env): boolean => isSet(DYNO);

/** Whether clients must show a key or a token. */
const hasKeys = (env: Env, { keysVariable }: Pick<ReachOptions, 'keysVariable'>): boolean =>
  isSet(env[keysVariable]) || namesKeys(env);

const hostOf = (env: Env): string => {
  const { HOST = '' } = env;
  if (HOST !== '') return HOST;
  return isDyno(env) ? '0.0.0.0' : '127.0.0.1';
};

/** Whether a server listens on loopback only, and needs no key: nothing is limited there. */
export const isLocalOnly = (env: Env, options: Pick<ReachOptions, 'keysVariable'>): boolean =>
  !hasKeys(env, options) && LOOPBACK.test(hostOf(env));

/** Where a server listens, and by which names and pages it is used. `HOST`, `AUTH` and the keys must not contradict each other. */
export const reachVariables = (env: Env, options: ReachOptions) => ({
  HOST: z
    .string()
    .optional()
    .transform(() => hostOf(env))
    .refine((host) => env.AUTH === 'none' || hasKeys(env, options) || LOOPBACK.test(host), {
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
  // The router of Heroku.
  TRUSTED_PROXIES: trustedProxies(isDyno(env) ? 1 : 0),
});
