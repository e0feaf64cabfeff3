import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import { isUntrusted } from '../remote/store-tls.js';
import { failureOf, isPassing, type Failure } from './failure.js';

export const storeUnreachable = (cause: unknown): QueueError =>
  new QueueError(
    'storage_unavailable',
    `NATS cannot be reached, and the server tries again (${messageOf(cause)}). Check that it runs, and STORAGE.`,
    { cause },
  );

const BEYOND_LIMITS = [
  'JetStream refuses what the server needs',
  'Check the limits of the account, and of JetStream in the configuration of NATS.',
] as const;

/** What each failure at a start means, and what to do. */
const REFUSALS: Readonly<
  Record<Exclude<Failure, 'lost' | 'behind' | 'broken'>, readonly [what: string, then: string]>
> = {
  unauthorised: [
    'NATS refuses this server',
    'Check user, password or token in STORAGE, and NATS_CREDS_FILE.',
  ],
  forbidden: [
    'NATS does not let this user do what the server needs',
    'Its README lists the subjects that it publishes to and subscribes to.',
  ],
  'no-jetstream': [
    'NATS has no JetStream, or not for this account',
    'Start nats-server with --jetstream, or with "jetstream {}" in its configuration.',
  ],
  unfit: ['NATS does not fit STORAGE', 'nats:// is without TLS, tls:// with it.'],
  refused: BEYOND_LIMITS,
  busy: BEYOND_LIMITS,
  full: BEYOND_LIMITS,
  superseded: BEYOND_LIMITS,
  missing: BEYOND_LIMITS,
};

/** At a start. */
export const natsMissing = (cause: unknown, where = 'NATS'): QueueError => {
  if (cause instanceof QueueError) return cause;
  const why = messageOf(cause);
  if (isUntrusted(cause) || (cause instanceof Error && isUntrusted(cause.cause)))
    return invalid(
      `The certificate of NATS cannot be verified (${why}). Name the authority that signed it in NATS_CA_FILE.`,
      cause,
    );
  if (why.includes('unable to parse credentials'))
    return invalid(`NATS_CREDS_FILE is no credentials file of NATS (${why}).`, cause);
  const failure = failureOf(cause);
  if (isPassing(failure) || failure === 'broken')
    return new QueueError(
      'storage_unavailable',
      `${where} cannot be reached (${why}). Check that it runs, and STORAGE: nats:// without TLS, tls:// with it.`,
      { cause },
    );
  const [what, then] = REFUSALS[failure];
  return invalid(`${what} (${why}). ${then}`, cause);
};

export const jetStreamMissing = (): QueueError => {
  const [what, then] = REFUSALS['no-jetstream'];
  return invalid(`${what}. ${then}`);
};

const invalid = (message: string, cause?: unknown): QueueError =>
  new QueueError('config_invalid', message, { cause });

export const noBackup = (): QueueError =>
  new QueueError(
    'request_invalid',
    'This server keeps everything in NATS: back up its streams, with the tools of NATS.',
  );
