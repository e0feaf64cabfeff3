import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { lost, outOfOrder, unexpected } from '../loss-checker.js';
import { seededRandom } from '../seeded-random.js';
import { Balancer } from './balancer.js';
import { Contender } from './contender.js';
import type { FailingStore } from './failing-store.js';
import { Failures, type FailureCounts } from './failures.js';
import { Traffic } from './traffic.js';

const SERVERS = 2;
const PUBLISHERS = 2;
const MEMBERS = 3;
/** How many seqs a problem lists at most. */
const MAX_LISTED = 10;

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

/** What is closed at the end, the last one first: clients before what they are connected to. */
class Opened {
  readonly #all: { close(): Promise<void> }[] = [];

  add<T extends { close(): Promise<void> }>(one: T): T {
    this.#all.push(one);
    return one;
  }

  async close(): Promise<void> {
    for (const each of this.#all.toReversed()) await each.close();
  }
}

/** Built servers on one store, ended and frozen in turn under load; checks what was published and handled. */
export const playFailover = async (
  options: FailoverOptions,
  store: FailingStore,
  onProgress: (line: string) => void,
): Promise<FailoverReport> => {
  const opened = new Opened();
  try {
    return await play({ ...options, store, opened, onProgress });
  } finally {
    await opened.close();
    await store.stop();
  }
};

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

const quietClient = (url: string, token: string) => {
  const client = connect(contract, { url, token });
  // Lost connections are the point.
  client.on('connection:failed', () => undefined).on('error', () => undefined);
  return client;
};

const problemsOf = (
  { published, handled, errors, sameSeqs, durabilities, sent }: Traffic,
  { durability }: FailingStore,
): string[] => [
  ...(sent === published.size + sameSeqs.length ? [] : [`${sent} sent, ${published.size} with a receipt`]),
  ...listed('published, and not handled', lost(published, handled)),
  ...listed('handled, and not published', unexpected(published, handled)),
  ...listed(
    'handled before an earlier message of its key',
    outOfOrder(handled).map(({ seq }) => seq),
  ),
  ...listed('in two receipts', sameSeqs),
  ...[...errors].map(([error, count]) => `a publisher saw ${count} times: ${error}`),
  ...[...durabilities].filter((each) => each !== durability).map((each) => `a receipt said "${each}"`),
];

const listed = (what: string, seqs: readonly number[]): string[] =>
  seqs.length === 0 ? [] : [`${what}: ${seqs.length} messages (${seqs.slice(0, MAX_LISTED).join(', ')})`];
