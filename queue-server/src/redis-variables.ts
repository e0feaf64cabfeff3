import { isDyno, type DataDirPlaces, type Environment } from '@typed-queue/program';
import { resolve } from 'node:path';
import * as z from 'zod';
import { STORE_PREFIX, STORE_PREFIX_EXPECTED } from './engine/remote/store-prefix.js';
import type { StoreTls } from './engine/remote/store-tls.js';
import { isRedisUrl } from './engine/redis/redis-url.js';
import { readAuthority } from './store-authority.js';
import { usedOnly } from './used-variable.js';

type Env = Readonly<Record<string, string | undefined>>;

/** A Redis that is configured. */
export interface RedisConfig {
  readonly url: string;
  /** An absolute path; undefined: the authorities that Node knows. */
  readonly caFile: string | undefined;
  /** Whether its certificate must be signed by an authority that is known. */
  readonly verify: boolean;
  /** Begins all keys; undefined: the default of the engine. */
  readonly prefix: string | undefined;
}

const isByTls = (url: string | undefined): boolean => url?.startsWith('rediss:') === true;

/** What belongs to a Redis that `STORAGE` names. */
export const redisVariables = (env: Env, { directory }: DataDirPlaces) => {
  const byTls = isByTls(env.STORAGE);
  return {
    REDIS_CA_FILE: usedOnly(z.string().optional(), byTls, 'STORAGE=rediss://…').transform((path) =>
      path === undefined ? undefined : resolve(directory, path),
    ),
    REDIS_TLS_VERIFY: usedOnly(
      z.literal(['true', 'false'], { error: 'expected "true" or "false"' }).optional(),
      byTls,
      'STORAGE=rediss://…',
    ),
    REDIS_PREFIX: usedOnly(
      z.string().regex(STORE_PREFIX, `expected ${STORE_PREFIX_EXPECTED}`).optional(),
      isRedisUrl(env.STORAGE ?? ''),
      'STORAGE=redis://… or rediss://…',
    ),
  };
};

type RedisVariables = Environment<ReturnType<typeof redisVariables>>;

/** Undefined: the storage is no Redis. */
export const redisConfigOf = (
  env: Env,
  url: string | undefined,
  read: RedisVariables,
): RedisConfig | undefined => {
  const { REDIS_CA_FILE: caFile, REDIS_TLS_VERIFY: verify, REDIS_PREFIX: prefix } = read;
  if (url === undefined || !isRedisUrl(url)) return undefined;
  // Heroku signs the certificates of its Redis itself, and publishes no authority.
  const isVerified = verify === undefined ? caFile !== undefined || !isDyno(env) : verify === 'true';
  return { url, caFile, verify: isVerified, prefix };
};

export const redisWarnings = (redis: RedisConfig | undefined): readonly string[] =>
  redis !== undefined && isByTls(redis.url) && !redis.verify
    ? [
        'the certificate of Redis is not verified: whoever is between this server and Redis could take its place. REDIS_CA_FILE names an authority to trust',
      ]
    : [];

/** Reads the authority. @throws QueueError `config_invalid` */
export const redisTlsOf = async ({ caFile, verify }: RedisConfig): Promise<StoreTls> => {
  if (caFile === undefined) return { verify };
  return { verify, ca: await readAuthority('REDIS_CA_FILE', caFile) };
};
