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
 * Opens the bucket with the owner's lease, or creates it. Retries while a NATS cluster that has just started cannot place it.
 * @throws QueueError `config_invalid` when the NATS cluster has fewer servers than `replicas`
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
