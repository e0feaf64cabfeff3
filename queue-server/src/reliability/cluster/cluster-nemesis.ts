import { Contender } from '../failover/contender.js';
import type { FailingStore } from '../failover/failing-store.js';
import type { FailoverOptions } from '../failover/failover.js';
import { played, type Opened } from '../failover/opened.js';
import { quietClient } from '../failover/quiet-client.js';
import { Traffic } from '../failover/traffic.js';
import { problemsOf } from '../failover/verdict.js';
import { seededRandom } from '../seeded-random.js';
import { ServerFailures } from './server-failures.js';

const SERVERS = 3;
const PUBLISHERS = 3;
const MEMBERS = 3;

export interface NemesisReport extends FailoverOptions {
  readonly failures: ServerFailures['counts'];
  readonly published: number;
  readonly handled: number;
  /** What must not happen and did; empty: nothing. */
  readonly problems: readonly string[];
}

/** Three built servers that all serve on one store, ended and frozen under load; checks what was published and handled. */
export const playClusterNemesis = (
  options: FailoverOptions,
  store: FailingStore,
  onProgress: (line: string) => void,
): Promise<NemesisReport> => played(store, (opened) => play({ ...options, store, opened, onProgress }));

interface Play extends FailoverOptions {
  readonly store: FailingStore;
  readonly opened: Opened;
  readonly onProgress: (line: string) => void;
}

const play = async ({ store, opened, onProgress, ...options }: Play): Promise<NemesisReport> => {
  const { seconds, perSecond, seed } = options;
  const key = crypto.randomUUID();
  const env = { ...store.variables, NATS_SPREAD: 'true', QUEUE_TOKENS: key };
  const started = await Promise.all(Array.from({ length: SERVERS }, () => Contender.start(env)));
  const servers = started.map((server) => opened.add(server));
  const failures = new ServerFailures({ store, servers, random: seededRandom(seed), onProgress });
  await failures.allReady();
  const clients = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      opened.add(quietClient(`http://127.0.0.1:${servers[index % SERVERS]?.port}`, key)),
    );
  const [publishers, members, [observer]] = [clients(PUBLISHERS), clients(MEMBERS), clients(1)];
  if (observer === undefined) throw new Error('a client was made');
  const traffic = new Traffic(publishers, members, perSecond);
  await failures.run(seconds);
  await traffic.stop();
  await traffic.drained(observer);
  const counts = { published: traffic.published.size, handled: traffic.handled.length };
  return { ...options, failures: failures.counts, ...counts, problems: problemsOf(traffic, store) };
};
