import { resolve } from 'node:path';
import * as z from 'zod';
import { commaSeparated, isSet } from '../environment.js';
import type { AuthenticatorOptions } from './authenticator.js';
import { isGuessable, keysProblem } from './key.js';

type Env = Readonly<Record<string, string | undefined>>;

/** As many as the shortest signature of HS256 has. */
const MIN_SECRET_BYTES = 32;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
const SHARED: readonly string[] = ['HS256', 'HS384', 'HS512'];
const PUBLISHED: readonly string[] = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA'.split(' ');

const hasJwt = ({ JWT_SECRET, JWT_JWKS_URL }: Env): boolean => isSet(JWT_SECRET) || isSet(JWT_JWKS_URL);
const algorithmsOf = ({ JWT_SECRET }: Env): readonly string[] => (isSet(JWT_SECRET) ? SHARED : PUBLISHED);

/** Whether the environment has a keys file or JSON Web Tokens. */
export const namesKeys = (env: Env): boolean => isSet(env.QUEUE_KEYS_FILE) || hasJwt(env);

/** Keys with all rights, separated by commas. */
export const plainKeys = commaSeparated.superRefine((keys, context) => {
  const message = keysProblem(keys);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** A variable that is required with JSON Web Tokens, and refused without. */
const ofTokens = (env: Env, missing: string) =>
  z
    .string()
    .optional()
    .refine((value) => hasJwt(env) || value === undefined, {
      error: 'it is for JSON Web Tokens: set JWT_SECRET or JWT_JWKS_URL as well',
    })
    .refine((value) => !hasJwt(env) || value !== undefined, { error: missing });

const isSafeUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
};

/** How clients authenticate. `directory`: where relative paths start. */
export const authenticationVariables = (env: Env, directory: string) => ({
  QUEUE_KEYS_FILE: z
    .string()
    .optional()
    .transform((path) => (path === undefined ? undefined : resolve(directory, path))),
  JWT_SECRET: z
    .string()
    .refine((secret) => Buffer.byteLength(secret) >= MIN_SECRET_BYTES, {
      error: `expected at least ${MIN_SECRET_BYTES} random bytes; this makes them: openssl rand -hex 32`,
    })
    .refine((secret) => !isGuessable(secret), {
      error:
        'it is a repetition or a row such as 123456 or qwerty for the most part; this makes one: openssl rand -hex 32',
    })
    .optional(),
  JWT_JWKS_URL: z
    .string()
    .refine(isSafeUrl, { error: 'expected the https URL of a JWK set; http only on loopback' })
    .refine(() => !isSet(env.JWT_SECRET), {
      error: 'JWT_SECRET verifies tokens by a shared secret; leave one of the two out',
    })
    .optional(),
  JWT_AUDIENCE: ofTokens(env, 'expected what tokens have as "aud": a name of this server'),
  JWT_ISSUER: ofTokens(env, 'expected what tokens have as "iss": who makes them'),
  JWT_ALGORITHMS: commaSeparated
    .refine((names) => names.length > 0 && names.every((name) => algorithmsOf(env).includes(name)), {
      error: `expected algorithms of signatures, with commas between: ${algorithmsOf(env).join(',')}`,
    })
    .optional(),
});

interface AuthenticationValues {
  readonly QUEUE_KEYS_FILE: string | undefined;
  readonly JWT_SECRET: string | undefined;
  readonly JWT_JWKS_URL: string | undefined;
  readonly JWT_AUDIENCE: string | undefined;
  readonly JWT_ISSUER: string | undefined;
  readonly JWT_ALGORITHMS: readonly string[] | undefined;
}

/** The options of an `Authenticator` from the variables. Default algorithm: HS256 for a secret, RS256 for a JWK set. */
export const authenticationOf = (
  values: AuthenticationValues,
): Pick<AuthenticatorOptions, 'keysFile' | 'jwt'> => {
  const { QUEUE_KEYS_FILE, JWT_SECRET, JWT_JWKS_URL, JWT_ALGORITHMS } = values;
  const { JWT_AUDIENCE: audience = '', JWT_ISSUER: issuer = '' } = values;
  const keysFile = QUEUE_KEYS_FILE;
  if (JWT_SECRET !== undefined) {
    const algorithms = JWT_ALGORITHMS ?? ['HS256'];
    return { keysFile, jwt: { key: { secret: JWT_SECRET }, audience, issuer, algorithms } };
  }
  if (JWT_JWKS_URL === undefined) return { keysFile };
  const algorithms = JWT_ALGORITHMS ?? ['RS256'];
  return { keysFile, jwt: { key: { jwksUrl: new URL(JWT_JWKS_URL) }, audience, issuer, algorithms } };
};
