import { QueueError } from '@typed-queue/contracts';
import { isDyno, messageOf, type DataDirPlaces, type Environment } from '@typed-queue/program';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import { STORE_PREFIX, STORE_PREFIX_EXPECTED } from './engine/remote/store-prefix.js';
import type { StoreTls } from './engine/remote/store-tls.js';
import { isRedisUrl } from './engine/redis/redis-url.js';

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

/** `STORAGE`, and what belongs to a Redis that it names. */
export const redisVariables = (env: Env, { directory }: DataDirPlaces) => {
  const only = <T extends z.ZodType>(type: T, isUsed: boolean, where: string) =>
    type.refine((value) => value === undefined || isUsed, { error: `of no use without STORAGE=${where}` });
  const byTls = isByTls(env.STORAGE);
  return {
    STORAGE: z
      .string()
      .optional()
      .refine((url) => url === undefined || url === 'disk' || isRedisUrl(url), {
        error:
          'expected "disk", or the URL of a Redis, with the number of a database at most: redis://… or rediss://…',
      })
      .transform((url) => (url === 'disk' ? undefined : url)),
    REDIS_CA_FILE: only(z.string().optional(), byTls, 'rediss://…').transform((path) =>
      path === undefined ? undefined : resolve(directory, path),
    ),
    REDIS_TLS_VERIFY: only(
      z.literal(['true', 'false'], { error: 'expected "true" or "false"' }).optional(),
      byTls,
      'rediss://…',
    ),
    REDIS_PREFIX: only(
      z.string().regex(STORE_PREFIX, `expected ${STORE_PREFIX_EXPECTED}`).optional(),
      isRedisUrl(env.STORAGE ?? ''),
      'redis://… or rediss://…',
    ),
  };
};

type RedisVariables = Environment<ReturnType<typeof redisVariables>>;

/** Undefined: the storage is no Redis. */
export const redisConfigOf = (env: Env, read: RedisVariables): RedisConfig | undefined => {
  const { STORAGE: url, REDIS_CA_FILE: caFile, REDIS_TLS_VERIFY: verify, REDIS_PREFIX: prefix } = read;
  if (url === undefined) return undefined;
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
  const ca = await readFile(caFile, 'utf8').catch((cause: unknown) => {
    throw new QueueError('config_invalid', `REDIS_CA_FILE ${caFile} cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  });
  try {
    void new X509Certificate(ca);
  } catch (cause) {
    throw new QueueError(
      'config_invalid',
      `REDIS_CA_FILE ${caFile} is no certificate in PEM: ${messageOf(cause)}`,
      { cause },
    );
  }
  return { verify, ca };
};
