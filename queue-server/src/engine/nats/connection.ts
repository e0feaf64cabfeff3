import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { Kvm } from '@nats-io/kv';
import type { NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node';
import { tlsOptions, type StoreTls } from '../remote/store-tls.js';
import { natsMissing } from './store-errors.js';
import { placesOf, shownNatsUrl } from './nats-url.js';

/** Where a NATS is. */
export interface NatsAddress {
  /** `nats://` or `tls://`, with user and password or a token where they are needed, and several hosts of a cluster. */
  readonly url: string;
  /** Of `tls://`. */
  readonly tls?: StoreTls | undefined;
  /** The text of a credentials file, with a JWT and its seed. */
  readonly credentials?: string | undefined;
}

/** A connection to NATS, which reconnects by itself for ever, and what is asked over it. */
export interface NatsClient {
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly buckets: Kvm;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Of a request, unless it says another. */
const REQUEST_TIMEOUT_MS = 2_000;

/** A server that leaves two pings without an answer is lost. */
const PINGING = { pingInterval: 3_000, maxPingOut: 2 };

/** Where their major version is named, too: the package.json. */
const CLIENTS = '@nats-io/transport-node@3 @nats-io/jetstream@3 @nats-io/kv@3';

const loadClients = async () => {
  const [transport, jetstream, kv] = await Promise.all([
    import('@nats-io/transport-node'),
    import('@nats-io/jetstream'),
    import('@nats-io/kv'),
  ]);
  return { transport, jetstream, kv };
};

/**
 * Connects to a NATS.
 * @throws QueueError `config_invalid` when its client libraries are not installed or NATS refuses, `storage_unavailable`
 */
export const connectNats = async (address: NatsAddress, load = loadClients): Promise<NatsClient> => {
  const { transport, jetstream, kv } = await load().catch((cause: unknown) => {
    throw new QueueError(
      'config_invalid',
      `NATS needs the packages @nats-io/transport-node, @nats-io/jetstream and @nats-io/kv, which cannot be loaded (${messageOf(cause)}). Install them: npm install ${CLIENTS}`,
      { cause },
    );
  });
  const { credentials } = address;
  const authenticator =
    credentials === undefined
      ? undefined
      : transport.credsAuthenticator(new TextEncoder().encode(credentials));
  const options = { ...optionsOf(address), ...(authenticator === undefined ? {} : { authenticator }) };
  const connection = await transport.connect(options).catch((cause: unknown) => {
    throw natsMissing(cause, shownNatsUrl(address.url));
  });
  const js = jetstream.jetstream(connection, { timeout: REQUEST_TIMEOUT_MS });
  return {
    connection,
    js,
    jsm: await jetstream.jetstreamManager(connection, { timeout: REQUEST_TIMEOUT_MS, checkAPI: false }),
    buckets: new kv.Kvm(js),
  };
};

const optionsOf = ({ url, tls = {} }: NatsAddress): NodeConnectionOptions => {
  const { servers, byTls, credentials } = placesOf(url);
  return {
    servers: [...servers],
    ...credentials,
    ...PINGING,
    ...(byTls ? { tls: tlsOptions(tls) } : {}),
    name: 'typed-queue',
    timeout: CONNECT_TIMEOUT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 100,
    reconnectJitterTLS: 100,
    // A password may be changed for a while, and NATS be started again with the former one.
    ignoreAuthErrorAbort: true,
  };
};
