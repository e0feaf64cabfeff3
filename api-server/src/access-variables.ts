import {
  authenticationVariables,
  commaSeparated,
  isLocalOnly,
  plainKeys,
  reachVariables,
} from '@typed-queue/program';
import * as z from 'zod';
import { WRONG_KEYS_PER_MINUTE } from './http/rate-limits.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Several times what one busy client of such an API sends. */
const REQUESTS_PER_MINUTE = 6_000;

const REACH = { keysVariable: 'API_TOKENS', open: 'read and change everything', wildcard: false } as const;

/** As a request can show it in a header. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
const PRINCIPAL = /^(everybody|(token|key|jwt):.+)$/;

/** What clients show, and for whom they may speak. */
const callers = (env: Env, directory: string) => ({
  API_TOKENS: plainKeys
    .refine((keys) => keys.every((key) => VISIBLE_ASCII.test(key)), {
      error: 'each key has visible ASCII characters only, since a header carries it',
    })
    .default([]),
  ...authenticationVariables(env, directory),
  ACTOR_GATEWAYS: commaSeparated
    .refine((names) => names.every((name) => PRINCIPAL.test(name)), {
      error:
        'expected names of principals as the log tells them, with commas between: key:gateway,token:1,jwt:portal',
    })
    .default(isLocalOnly(env, REACH) ? ['everybody'] : []),
});

/** A whole number from `least` on. */
const atLeast = (least: number, error: string) =>
  z.coerce.number({ error }).pipe(z.int({ error }).min(least, { error }));

/** Of one principal or address. Nothing limits requests where nobody from elsewhere comes. */
const limits = (env: Env) => ({
  RATE_REQUESTS_PER_MINUTE: atLeast(0, 'expected a whole number per minute, or 0 for no limit')
    .default(isLocalOnly(env, REACH) ? 0 : REQUESTS_PER_MINUTE)
    .transform((rate) => (rate === 0 ? undefined : rate)),
  MAX_WRONG_KEYS_PER_ADDRESS: atLeast(1, 'expected a whole number, 1 or more').default(WRONG_KEYS_PER_MINUTE),
});

/** Who may use the API, and how often. `directory`: where relative paths begin. */
export const accessVariables = (env: Env, directory: string) => ({
  ...reachVariables(env, REACH),
  ...callers(env, directory),
  ...limits(env),
});
