import {
  allowedHosts,
  authenticationVariables,
  commaSeparated,
  corsOrigins,
  namesKeys,
  plainKeys,
  trustedProxies,
} from '@typed-queue/contracts/program';
import * as z from 'zod';
import { WRONG_KEYS_PER_MINUTE } from './http/rate-limits.js';

type Env = Readonly<Record<string, string | undefined>>;

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;
/** Several times what one busy client of such an API sends. */
const REQUESTS_PER_MINUTE = 6_000;

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

/** Heroku names the dyno here. Its disk is wiped at every restart, and its router comes from outside. */
export const isDyno = ({ DYNO }: Env): boolean => isSet(DYNO);

/** Whether clients must show a key or a token. */
const hasKeys = (env: Env): boolean => isSet(env.API_TOKENS) || namesKeys(env);

const hostOf = (env: Env): string => {
  const { HOST = '' } = env;
  if (HOST !== '') return HOST;
  return isDyno(env) ? '0.0.0.0' : '127.0.0.1';
};

/** Whether nobody from elsewhere comes, and nobody shows a key. */
const isHome = (env: Env): boolean => !hasKeys(env) && LOOPBACK.test(hostOf(env));

/** As a request can show it in a header. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
const PRINCIPAL = /^(everybody|(token|key|jwt):.+)$/;

/** Where it can be reached, by which names and pages. HOST, AUTH and the keys must not contradict each other. */
const reach = (env: Env) => ({
  HOST: z
    .string()
    .optional()
    .transform(() => hostOf(env))
    .refine((host) => env.AUTH === 'none' || hasKeys(env) || LOOPBACK.test(host), {
      error:
        'anyone who reaches this address could read and change everything; set API_TOKENS, QUEUE_KEYS_FILE or JWT_SECRET, listen on 127.0.0.1, or say AUTH=none when the network is closed',
    }),
  CORS_ORIGINS: corsOrigins({ wildcard: false }),
  ALLOWED_HOSTS: allowedHosts,
  // The router of Heroku.
  TRUSTED_PROXIES: trustedProxies(isDyno(env) ? 1 : 0),
});

/** What clients show, and for whom they may speak. */
const callers = (env: Env, directory: string) => ({
  API_TOKENS: plainKeys
    .refine((keys) => keys.every((key) => VISIBLE_ASCII.test(key)), {
      error: 'each key has visible ASCII characters only, since a header carries it',
    })
    .default([]),
  ...authenticationVariables(env, directory),
  AUTH: z
    .literal('none', { error: 'expected "none"' })
    .refine(() => !hasKeys(env), {
      error: `${isSet(env.API_TOKENS) ? 'API_TOKENS' : 'QUEUE_KEYS_FILE or JWT_…'} asks every client for a key, and this asks none; leave one of the two out`,
    })
    .optional(),
  ACTOR_GATEWAYS: commaSeparated
    .refine((names) => names.every((name) => PRINCIPAL.test(name)), {
      error:
        'expected names of principals as the log tells them, with commas between: key:gateway,token:1,jwt:portal',
    })
    .default(isHome(env) ? ['everybody'] : []),
});

/** A whole number from `least` on. */
const atLeast = (least: number, error: string) =>
  z.coerce.number({ error }).pipe(z.int({ error }).min(least, { error }));

/** Of one principal or address. Nothing limits requests where nobody from elsewhere comes. */
const limits = (env: Env) => ({
  RATE_REQUESTS_PER_MINUTE: atLeast(0, 'expected a whole number per minute, or 0 for no limit')
    .default(isHome(env) ? 0 : REQUESTS_PER_MINUTE)
    .transform((rate) => (rate === 0 ? undefined : rate)),
  MAX_WRONG_KEYS_PER_ADDRESS: atLeast(1, 'expected a whole number, 1 or more').default(WRONG_KEYS_PER_MINUTE),
});

/** Who may use the API, and how often. `directory`: where relative paths begin. */
export const accessVariables = (env: Env, directory: string) => ({
  ...reach(env),
  ...callers(env, directory),
  ...limits(env),
});
