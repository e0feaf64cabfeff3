import type { DataDirPlaces, Environment } from '@typed-queue/program';
import { resolve } from 'node:path';
import * as z from 'zod';
import { isNatsUrl } from './engine/nats/nats-url.js';
import { STORE_PREFIX, STORE_PREFIX_EXPECTED } from './engine/remote/store-prefix.js';
import type { StoreTls } from './engine/remote/store-tls.js';
import { readAuthority, readNamed } from './store-authority.js';
import { usedOnly } from './used-variable.js';

type Env = Readonly<Record<string, string | undefined>>;

/** A NATS that is configured. */
export interface NatsConfig {
  readonly url: string;
  /** An absolute path; undefined: the authorities that Node knows. */
  readonly caFile: string | undefined;
  /** An absolute path; undefined: the URL has the credentials, or NATS asks for none. */
  readonly credentialsFile: string | undefined;
  /** Begins all names; undefined: the default of the engine. */
  readonly prefix: string | undefined;
  /** Of each stream; undefined: as many as its cluster allows, at most 3. */
  readonly replicas: number | undefined;
  /** Whether the queues are spread over all servers, in place of one that has all of them. */
  readonly spread: boolean;
}

const ANY = 'STORAGE=nats://… or tls://…';

/** What belongs to a NATS that `STORAGE` names. */
export const natsVariables = ({ STORAGE = '' }: Env, { directory }: DataDirPlaces) => {
  const isNats = isNatsUrl(STORAGE);
  const file = (isUsed: boolean, without: string) =>
    usedOnly(z.string().optional(), isUsed, without).transform((path) =>
      path === undefined ? undefined : resolve(directory, path),
    );
  return {
    NATS_CA_FILE: file(isNats && STORAGE.startsWith('tls:'), 'STORAGE=tls://…'),
    NATS_CREDS_FILE: file(isNats, ANY),
    NATS_PREFIX: usedOnly(
      z.string().regex(STORE_PREFIX, `expected ${STORE_PREFIX_EXPECTED}`).optional(),
      isNats,
      ANY,
    ),
    NATS_SPREAD: usedOnly(
      z.literal(['true', 'false'], { error: 'expected "true" or "false"' }).optional(),
      isNats,
      ANY,
    ),
    NATS_REPLICAS: usedOnly(
      z.literal(['1', '3', '5'], { error: 'expected 1, 3 or 5' }).optional(),
      isNats,
      ANY,
    ),
  };
};

type NatsVariables = Environment<ReturnType<typeof natsVariables>>;

/** Undefined: the storage is no NATS. */
export const natsConfigOf = (url: string | undefined, read: NatsVariables): NatsConfig | undefined => {
  if (url === undefined || !isNatsUrl(url)) return undefined;
  const { NATS_CA_FILE: caFile, NATS_CREDS_FILE: credentialsFile, NATS_PREFIX: prefix, NATS_REPLICAS } = read;
  const replicas = NATS_REPLICAS === undefined ? undefined : Number(NATS_REPLICAS);
  return { url, caFile, credentialsFile, prefix, replicas, spread: read.NATS_SPREAD !== 'false' };
};

/** Reads the files. @throws QueueError `config_invalid` */
export const natsFilesOf = async ({
  caFile,
  credentialsFile,
}: NatsConfig): Promise<{ readonly tls: StoreTls; readonly credentials: string | undefined }> => ({
  tls: caFile === undefined ? {} : { ca: await readAuthority('NATS_CA_FILE', caFile) },
  credentials:
    credentialsFile === undefined ? undefined : await readNamed('NATS_CREDS_FILE', credentialsFile),
});
