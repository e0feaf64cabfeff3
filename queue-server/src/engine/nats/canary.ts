import { newId } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import type { KV, Kvm } from '@nats-io/kv';
import { failureOf } from './failure.js';
import { bindBucket, canaryBucket, openBucket } from './owner-buckets.js';

const TOKEN_KEY = 'token';
const ASK_MS = 200;

export interface CanaryOptions {
  readonly buckets: Kvm;
  readonly prefix: string;
  readonly replicas: number;
  /** For how long it must be missing: nodes of a cluster that have just started miss what they find a moment later. */
  readonly confirmMs: number;
  readonly after: After;
}

/**
 * A token that JetStream has in memory alone. What it acknowledged may not be on a disk yet, so it may be lost when all
 * nodes that have it end at once; then the token is lost, too.
 */
export class Canary {
  readonly #options: CanaryOptions;

  constructor(options: CanaryOptions) {
    this.#options = options;
  }

  /** Sets a new token, and resolves to it. */
  async renew(): Promise<string> {
    const { buckets, prefix, replicas } = this.#options;
    const token = newId();
    const bucket = await openBucket(buckets, canaryBucket(prefix), { replicas, storage: 'memory' });
    await bucket.put(TOKEN_KEY, token);
    return token;
  }

  /** Whether the token is there. @throws where NATS does not say */
  async has(token: string): Promise<boolean> {
    const { buckets, prefix, confirmMs, after } = this.#options;
    const bucket = await bindBucket(buckets, canaryBucket(prefix));
    for (let waitedMs = 0; ; waitedMs += ASK_MS) {
      if ((await tokenIn(bucket)) === token) return true;
      if (waitedMs >= confirmMs) return false;
      await new Promise<void>((resolve) => void after(ASK_MS, resolve));
    }
  }
}

/** Undefined: there is none. */
const tokenIn = async (bucket: Pick<KV, 'get'>): Promise<string | undefined> => {
  try {
    return (await bucket.get(TOKEN_KEY))?.string();
  } catch (error) {
    if (failureOf(error) === 'missing') return undefined;
    throw error;
  }
};
