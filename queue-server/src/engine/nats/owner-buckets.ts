import type { KV, Kvm } from '@nats-io/kv';

/** What a store is beside its journals, by its prefix. The names of buckets begin with what they are, so that no prefix makes two the same. */
export const ownerBucket = (prefix: string): string => `typed-queue-owner-${prefix}`;
export const canaryBucket = (prefix: string): string => `typed-queue-canary-${prefix}`;

/** How NATS names the stream of a bucket. */
export const bucketStream = (bucket: string): string => `KV_${bucket}`;

/** Keys of the bucket of the owner. */
export const OWNER_KEY = 'owner';
export const NOTE_KEY = 'note';

/** Of the leader, whose answer is the newest: any other replica may be behind. */
const FROM_LEADER = { allow_direct: false };

/** Opens a bucket, or creates it. */
export const openBucket = (
  buckets: Kvm,
  name: string,
  options: { readonly replicas: number; readonly storage: 'file' | 'memory' },
): Promise<KV> => buckets.create(name, { ...options, ...FROM_LEADER, history: 1 });

/** Without a request: it may be missing. */
export const bindBucket = (buckets: Kvm, name: string): Promise<KV> => buckets.open(name, { ...FROM_LEADER });
