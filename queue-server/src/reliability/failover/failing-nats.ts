import { setTimeout } from 'node:timers/promises';
import { NatsCluster } from '../nats-cluster.js';
import type { FailingStore } from './failing-store.js';

const DOWN_MS = 3_000;
/** Longer than the lease of the owner. */
const FROZEN_MS = 5_000;

/** What happens to the nodes from a number on. Resolves to what it was. */
type Failing = (cluster: NatsCluster, number: number) => Promise<string>;

/** `count` nodes at once: without two of three nothing can be stored until one is back. */
const killed =
  (count: number): Failing =>
  async (cluster, number) => {
    const numbers = Array.from({ length: count }, (_, index) => (number + index) % cluster.size);
    await Promise.all(numbers.map((each) => cluster.node(each).kill()));
    await setTimeout(DOWN_MS);
    await Promise.all(numbers.map((each) => cluster.restart(each)));
    await cluster.healthy();
    return `nodes ${numbers.join(' and ')} of NATS killed, and started again`;
  };

const frozen: Failing = async (cluster, number) => {
  cluster.node(number).freeze();
  await setTimeout(FROZEN_MS);
  cluster.node(number).continue();
  await cluster.healthy();
  return `node ${number} of NATS frozen for ${FROZEN_MS / 1_000} s`;
};

const rolled: Failing = async (cluster) => {
  for (let number = 0; number < cluster.size; number++) {
    await cluster.node(number).end('SIGTERM');
    await cluster.restart(number);
    await cluster.healthy();
  }
  return 'each node of NATS stopped and started again, one after the other';
};

const FAILURES = [killed(1), frozen, rolled, killed(2)] as const;

/** Three nats-servers with three replicas of everything. */
export const failingNats = async (): Promise<FailingStore> => {
  const cluster = await NatsCluster.start();
  let failures = 0;
  return {
    variables: { STORAGE: cluster.url, NATS_SPREAD: 'false' },
    durability: 'replicated',
    fail: (random) => {
      const fail = FAILURES[failures++ % FAILURES.length] ?? rolled;
      return fail(cluster, random.below(cluster.size));
    },
    stop: () => cluster.stop(),
  };
};
