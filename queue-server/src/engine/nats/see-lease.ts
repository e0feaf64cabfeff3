import type { Kvm } from '@nats-io/kv';
import { steadyNow } from '../clocks.js';
import type { SeenLease } from './lease.js';
import { bindBucket, OWNER_KEY, ownerBucket } from './owner-buckets.js';

/** Looks at the lease of a store. Undefined: nobody has had it. @throws where NATS does not say */
export const seeLease = async (buckets: Kvm, prefix: string): Promise<SeenLease | undefined> => {
  const bucket = await bindBucket(buckets, ownerBucket(prefix));
  const entry = await bucket.get(OWNER_KEY);
  // The clock is read after the answer: it may have been renewed until then.
  return entry === null ? undefined : { revision: entry.revision, since: steadyNow() };
};
