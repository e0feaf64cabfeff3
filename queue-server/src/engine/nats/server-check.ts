import { QueueError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import type { NatsClient } from './connection.js';
import { patiently } from './patience.js';
import { jetStreamMissing } from './store-errors.js';

const MIN_VERSION = [2, 9] as const;
const MIN_MAX_PAYLOAD = 64 * 1024;

export interface CheckedServer {
  /** The bytes of a message at most. */
  readonly maxPayload: number;
}

/** @throws QueueError `config_invalid` for a NATS that is too old, has no JetStream or takes small messages alone */
export const checkServer = async (
  { connection, jsm }: Pick<NatsClient, 'connection' | 'jsm'>,
  after: After,
): Promise<CheckedServer> => {
  const { info } = connection;
  const version = info?.version ?? '';
  const maxPayload = info?.max_payload ?? 0;
  if (isOld(version))
    throw new QueueError('config_invalid', `NATS ${version} is too old: NATS 2.9 or later is needed.`, {
      details: { version },
    });
  if (maxPayload < MIN_MAX_PAYLOAD)
    throw new QueueError(
      'config_invalid',
      `NATS takes messages of ${maxPayload} bytes at most: ${MIN_MAX_PAYLOAD} are needed. Raise max_payload in its configuration.`,
      { details: { maxPayload } },
    );
  // A server without JetStream may be part of a cluster where others have it.
  if (info?.jetstream !== true && info?.cluster === undefined) throw jetStreamMissing();
  await patiently(() => jsm.getAccountInfo(), after);
  return { maxPayload };
};

const isOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < MIN_VERSION[0] || (major === MIN_VERSION[0] && minor < MIN_VERSION[1]);
};
