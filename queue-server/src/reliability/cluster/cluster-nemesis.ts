import { Contender } from '../failover/contender.js';
import { Opened } from '../failover/opened.js';
import { publishRead, type Client, type Publish } from '../failover/publishing.js';
import { quietClient } from '../failover/quiet-client.js';
import type { Host } from '../host.js';
import { NatsCluster } from '../nats-cluster.js';
import { seededRandom } from '../seeded-random.js';
import type { Combination } from './combinations.js';
import type { Field } from './field.js';
import type { Network } from './network.js';
import { Pauses } from './pauses.js';
import { QueueLoad, type LoadCounts, type QueueLoadOptions } from './queue-load.js';
import type { ReadCounts } from './reads.js';
import { allReady, Rounds, type Round } from './rounds.js';

const MACHINES = 3;

export interface NemesisOptions {
  readonly seconds: number;
  /** Messages. */
  readonly perSecond: number;
  readonly seed: number;
}

export interface NemesisReport extends NemesisOptions {
  readonly combination: string;
  readonly rounds: readonly Round[];
  readonly reads: ReadCounts;
  readonly queues: readonly LoadCounts[];
  /** What must not happen and did; empty: nothing. */
  readonly problems: readonly string[];
}

export interface NemesisDeps {
  readonly network: Network;
  readonly onProgress: (line: string) => void;
}

/**
 * Three nodes of NATS and three built servers that all serve on them, each on a host of its own, fail under load; checks
 * what was published, handled and tailed.
 */
export const playNemesis = async (
  combination: Combination,
  options: NemesisOptions,
  deps: NemesisDeps,
): Promise<NemesisReport> => {
  const opened = new Opened();
  try {
    return await play({ combination, options, deps, opened });
  } finally {
    await opened.close();
  }
};

interface Play {
  readonly combination: Combination;
  readonly options: NemesisOptions;
  readonly deps: NemesisDeps;
  readonly opened: Opened;
}

const play = async ({ combination, options, deps, opened }: Play): Promise<NemesisReport> => {
  const { network, onProgress } = deps;
  const token = crypto.randomUUID();
  const field = { network, random: seededRandom(options.seed), ...(await startAll(network, token, opened)) };
  const clients = (): readonly Client[] =>
    field.servers.map(({ url }) => opened.add(quietClient(url, token)));
  const loads = await startLoads({ perSecond: options.perSecond, clients });
  const pauses = opened.add(new Pauses(loads));
  const rounds = new Rounds({ field, readers: clients(), pauses, onProgress });
  await rounds.run(combination, options.seconds, () => {
    for (const load of loads) load.tailAll();
  });
  await Promise.all(loads.map((load) => load.stop()));
  const problems = loads.flatMap((load) => load.problems(combination.mayReset ?? false));
  if (problems.length > 0) for (const { url, output } of field.servers) onProgress(`${url}:\n${output}`);
  return {
    combination: combination.name,
    ...options,
    rounds: rounds.rounds,
    reads: rounds.reads,
    queues: loads.map(({ counts }) => counts),
    problems,
  };
};

const startAll = async (
  network: Network,
  token: string,
  opened: Opened,
): Promise<Pick<Field, 'nats' | 'servers'>> => {
  const hosts = await addHosts(network, 2 * MACHINES);
  const nats = await NatsCluster.start(hosts.slice(0, MACHINES));
  opened.add({ close: () => nats.stop() });
  const env = { STORAGE: nats.url, NATS_SPREAD: 'true', QUEUE_TOKENS: token };
  const started = hosts.slice(MACHINES).map((host) => Contender.start(env, host));
  const servers = (await Promise.all(started)).map((server) => opened.add(server));
  await allReady({ servers });
  return { nats, servers };
};

const addHosts = async (network: Network, count: number): Promise<readonly Host[]> => {
  const hosts: Host[] = [];
  while (hosts.length < count) hosts.push(await network.addHost());
  return hosts;
};

const publishSave: Publish = (client, number, options) => {
  const saved = { path: `/${number}`, bytes: 1, sha256: '0'.repeat(64), durationMs: 1 };
  return client.publish('files', 'save', saved, options);
};

/** Two thirds of the messages are in a queue with two groups. */
const startLoads = ({
  perSecond,
  ...options
}: Pick<QueueLoadOptions, 'perSecond' | 'clients'>): Promise<readonly QueueLoad[]> => {
  const third = perSecond / 3;
  const database = { groups: ['workers', 'audit'], perSecond: 2 * third, publish: publishRead };
  const files = { groups: ['workers'], perSecond: third, publish: publishSave };
  return Promise.all([
    QueueLoad.start({ queue: 'database', ...database, ...options }),
    QueueLoad.start({ queue: 'files', ...files, ...options }),
  ]);
};
