import type { Contender } from '../failover/contender.js';
import type { Host } from '../host.js';
import type { NatsCluster } from '../nats-cluster.js';
import type { SeededRandom } from '../seeded-random.js';
import type { Network } from './network.js';

/** What failures act upon. */
export interface Field {
  readonly network: Network;
  readonly nats: NatsCluster;
  readonly servers: readonly Contender[];
  readonly random: SeededRandom;
}

/** Resolves when no packets pass between two hosts. */
export const cut = async ({ network }: Field, one: Host, other: Host): Promise<void> => {
  await network.lose(one, other);
  await network.lose(other, one);
};

/** Numbers of nodes of NATS, in a random order. */
export const shuffledNodes = ({ nats, random }: Field): readonly number[] => {
  const first = random.below(nats.size);
  const step = 1 + random.below(nats.size - 1);
  return Array.from({ length: nats.size }, (_, index) => (first + index * step) % nats.size);
};

export const randomServer = ({ servers, random }: Field): Contender => {
  const server = servers[random.below(servers.length)];
  if (server === undefined) throw new Error('there are no servers');
  return server;
};
