import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import { isUntrusted } from '../remote/store-tls.js';
import { failureOf } from './failure.js';

export const storeUnreachable = (cause: unknown): QueueError =>
  new QueueError(
    'storage_unavailable',
    `NATS cannot be reached, and the server tries again (${messageOf(cause)}). Check that it runs, and STORAGE.`,
    { cause },
  );

/** At a start. */
export const natsMissing = (cause: unknown): QueueError => {
  if (cause instanceof QueueError) return cause;
  const why = messageOf(cause);
  if (isUntrusted(cause) || (cause instanceof Error && isUntrusted(cause.cause)))
    return invalid(
      `The certificate of NATS cannot be verified (${why}). Name the authority that signed it in NATS_CA_FILE.`,
      cause,
    );
  switch (failureOf(cause)) {
    case 'unauthorised':
      return invalid(
        `NATS refuses this server (${why}). Check user, password or token in STORAGE, and NATS_CREDS_FILE.`,
        cause,
      );
    case 'forbidden':
      return invalid(
        `NATS does not let this user do what the server needs (${why}). Its README lists the subjects that it publishes to and subscribes to.`,
        cause,
      );
    case 'no-jetstream':
      return jetStreamMissing(cause);
    case 'refused':
    case 'superseded':
    case 'missing':
      return invalid(
        `JetStream refuses what the server needs (${why}). Check the limits of the account, and of JetStream in the configuration of NATS.`,
        cause,
      );
    case 'lost':
      return new QueueError(
        'storage_unavailable',
        `NATS cannot be reached (${why}). Check that it runs, and STORAGE: nats:// without TLS, tls:// with it.`,
        { cause },
      );
  }
};

export const jetStreamMissing = (cause?: unknown): QueueError =>
  invalid(
    `NATS has no JetStream, or not for this account${cause === undefined ? '' : ` (${messageOf(cause)})`}. Start nats-server with --jetstream, or with "jetstream {}" in its configuration.`,
    cause,
  );

const invalid = (message: string, cause: unknown): QueueError =>
  new QueueError('config_invalid', message, { cause });
