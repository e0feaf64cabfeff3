import type { After } from '@typed-queue/contracts/wire';
import type { KV, Kvm } from '@nats-io/kv';
import { openBucket, ownerBucket } from './owner-buckets.js';
import { patiently } from './patience.js';
import { tooFewServers } from './replicas.js';

interface Opening {
  readonly prefix: string;
  readonly replicas: number;
  readonly after: After;
}

/**
 * Opens the bucket of the owner, as soon as a cluster that has just started can.
 * @throws QueueError `config_invalid` where NATS has too few servers for so many replicas
 */
export const openOwnerBucket = async (buckets: Kvm, { prefix, replicas, after }: Opening): Promise<KV> => {
  try {
    return await patiently(
      () => openBucket(buckets, ownerBucket(prefix), { replicas, storage: 'file' }),
      after,
    );
  } catch (error) {
    throw tooFewServers(error, replicas) ?? error;
  }
};
