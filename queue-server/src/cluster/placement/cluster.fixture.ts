import type { KV } from '@nats-io/kv';
import { newId } from '@typed-queue/contracts';
import { unrefAfter } from '@typed-queue/program';
import { connectNats, type NatsClient } from '../../engine/nats/connection.js';
import { openBucket, ownerBucket } from '../../engine/nats/owner-buckets.js';
import { Members } from './members.js';

/** A server as the others know it. */
export interface ClusterMember {
  readonly id: string;
  readonly members: Members;
  readonly bucket: KV;
  readonly client: NatsClient;
}

/** Servers that share a bucket. */
export class Cluster {
  readonly #url: string;
  readonly #prefix = newId();
  readonly #clients: NatsClient[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  async bucket(client: NatsClient): Promise<KV> {
    return openBucket(client.buckets, ownerBucket(this.#prefix), { replicas: 1, storage: 'file' });
  }

  async join(id: string = newId()): Promise<ClusterMember> {
    const client = await connectNats({ url: this.#url });
    this.#clients.push(client);
    const bucket = await this.bucket(client);
    const members = await Members.join({
      bucket,
      self: { id, name: 'here' },
      now: () => performance.now(),
      after: unrefAfter,
    });
    return { id, members, bucket, client };
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map(({ connection }) => connection.close()));
  }
}

/** Resolves when the servers that live are these, as one of them sees it. */
export const untilLive = (members: Members, ids: readonly string[]): Promise<void> =>
  until(members, () => members.live().join() === [...ids].sort().join());

const until = (members: Members, isSo: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const unlisten = members.onChange(() => check());
    const check = (): void => {
      if (!isSo()) return;
      unlisten();
      resolve();
    };
    check();
  });
