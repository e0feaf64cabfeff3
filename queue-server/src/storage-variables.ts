import type { DataDirPlaces } from '@typed-queue/program';
import * as z from 'zod';
import { isNatsUrl } from './engine/nats/nats-url.js';
import { isRedisUrl } from './engine/redis/redis-url.js';
import { natsVariables } from './nats-variables.js';
import { redisVariables } from './redis-variables.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Whether it is the URL of a store, so that nothing has to last on the disk. */
export const isStoreUrl = (url: string): boolean => isRedisUrl(url) || isNatsUrl(url);

/** `STORAGE`, and what belongs to a store that it names. Undefined: on the disk. */
export const storageVariables = (env: Env, places: DataDirPlaces) => ({
  STORAGE: z
    .string()
    .optional()
    .refine((url) => url === undefined || url === 'disk' || isStoreUrl(url), {
      error:
        'expected "disk", or the URL of a Redis, with the number of a database at most (redis://… or rediss://…), or of a NATS (nats://host:4222,host2:4222 or tls://…); a % in a password is written %25',
    })
    .transform((url) => (url === 'disk' ? undefined : url)),
  ...redisVariables(env, places),
  ...natsVariables(env, places),
});
