import { QueueError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import type { NatsClient } from './connection.js';
import { apiCodeOf, failureOf } from './failure.js';
import { bucketStream, ownerBucket } from './owner-buckets.js';
import { patiently } from './patience.js';

/** How many copies of a stream JetStream keeps: an even number is no safer than the next smaller one. */
const REPLICAS = [1, 3, 5] as const;
export const REPLICAS_EXPECTED = '1, 3 or 5';

export const isReplicas = (value: unknown): boolean => REPLICAS.some((replicas) => replicas === value);

/** With at least this many replicas, a message that JetStream acknowledged survives the loss of one server. */
export const QUORUM = 3;
/** How long the nodes of a cluster that has just started may need to know of each other. */
const KNOWING_MS = 3_000;
const ASK_MS = 100;

interface Wanted {
  readonly prefix: string;
  readonly replicas?: number | undefined;
  readonly after: After;
}

/** Of each stream that is made from now on: as configured, else as the store has, else as the cluster allows. */
export const replicasOf = async (client: NatsClient, wanted: Wanted): Promise<number> =>
  wanted.replicas ?? (await storedReplicas(client, wanted)) ?? (await ofCluster(client, wanted.after));

/** Undefined: there is no store yet. */
const storedReplicas = async (
  { jsm }: NatsClient,
  { prefix, after }: Wanted,
): Promise<number | undefined> => {
  const stream = bucketStream(ownerBucket(prefix));
  try {
    const { config } = await patiently(() => jsm.streams.info(stream), after);
    return config.num_replicas;
  } catch (error) {
    if (failureOf(error) === 'missing') return undefined;
    throw error;
  }
};

const ofCluster = async ({ connection }: NatsClient, after: After): Promise<number> => {
  for (let waitedMs = 0; ; waitedMs += ASK_MS) {
    const { cluster, connect_urls: known = [] } = connection.info ?? {};
    if (cluster !== undefined && known.length >= QUORUM) return QUORUM;
    if (cluster === undefined || waitedMs >= KNOWING_MS) return 1;
    await new Promise<void>((resolve) => void after(ASK_MS, resolve));
  }
};

/** Error codes of JetStream: a stream cannot be placed on enough servers, or the server is in no cluster. */
const NO_PEERS: ReadonlySet<number | undefined> = new Set([10_005, 10_074]);

/** Undefined: the failure is another one. */
export const tooFewServers = (cause: unknown, replicas: number): QueueError | undefined =>
  NO_PEERS.has(apiCodeOf(cause))
    ? new QueueError(
        'config_invalid',
        `NATS has fewer than ${replicas} servers with JetStream and room, so that it cannot keep ${replicas} replicas. Add servers to its cluster, or lower NATS_REPLICAS.`,
        { details: { replicas }, cause },
      )
    : undefined;
