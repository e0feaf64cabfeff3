import { seededRandom } from '../seeded-random.js';
import { Balancer } from './balancer.js';
import { Contender } from './contender.js';
import type { FailingStore } from './failing-store.js';
import { Failures, type FailureCounts } from './failures.js';
import { played, type Opened } from './opened.js';
import { quietClient } from './quiet-client.js';
import { Traffic } from './traffic.js';
import { problemsOf } from './verdict.js';

const SERVERS = 2;
const PUBLISHERS = 2;
const MEMBERS = 3;

export interface FailoverOptions {
  readonly seconds: number;
  /** Messages. */
  readonly perSecond: number;
  readonly seed: number;
}

export interface FailoverReport extends FailoverOptions, FailureCounts {
  readonly published: number;
  readonly handled: number;
  /** What must not happen and did; empty: nothing. */
  readonly problems: readonly string[];
}

/** Built servers on one store, ended and frozen in turn under load; checks what was published and handled. */
export const playFailover = (
  options: FailoverOptions,
  store: FailingStore,
  onProgress: (line: string) => void,
): Promise<FailoverReport> => played(store, (opened) => play({ ...options, store, opened, onProgress }));

interface Play extends FailoverOptions {
  readonly store: FailingStore;
  readonly opened: Opened;
  readonly onProgress: (line: string) => void;
}

const play = async ({ store, opened, onProgress, ...options }: Play): Promise<FailoverReport> => {
  const { seconds, perSecond, seed } = options;
  const key = crypto.randomUUID();
  const servers = await startServers({ ...store.variables, QUEUE_TOKENS: key }, opened);
  const balancer = opened.add(await Balancer.start(servers, { cuts: true }));
  // Half of the clients must notice by themselves that their server takes messages no more.
  const other = opened.add(await Balancer.start(servers, { cuts: false }));
  const client = (index: number) => opened.add(quietClient(index % 2 === 0 ? balancer.url : other.url, key));
  const publishers = Array.from({ length: PUBLISHERS }, (_, index) => client(index));
  const members = Array.from({ length: MEMBERS }, (_, index) => client(index));
  const traffic = new Traffic(publishers, members, perSecond);
  const failures = new Failures({ store, servers, balancer, random: seededRandom(seed), onProgress });
  await failures.run(seconds);
  await traffic.stop();
  await traffic.drained(client(0));
  const counts = { published: traffic.published.size, handled: traffic.handled.length };
  return { ...options, ...failures.counts, ...counts, problems: problemsOf(traffic, store) };
};

const startServers = async (
  env: Readonly<Record<string, string>>,
  opened: Opened,
): Promise<readonly Contender[]> => {
  const servers = await Promise.all(Array.from({ length: SERVERS }, () => Contender.start(env)));
  return servers.map((server) => opened.add(server));
};
