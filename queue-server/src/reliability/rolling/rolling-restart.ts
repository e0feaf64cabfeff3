import { connect } from '@typed-queue/queue-client';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Contender } from '../failover/contender.js';
import { Opened } from '../failover/opened.js';
import { NatsCluster } from '../nats-cluster.js';
import { seededRandom } from '../seeded-random.js';
import { contract } from './rolling-contract.js';
import { joinAll } from './rolling-member.js';
import { RollingCaller, serveAll } from './rolling-calls.js';
import { RollingPublisher, type Placed } from './rolling-publisher.js';
import { RollingRecord } from './rolling-record.js';
import { Restarts, type Restarted } from './restarts.js';
import { countsOf, isDrained, problemsOf, type RollingCounts } from './rolling-verdict.js';

const SERVERS = 3;
const MODULE = join(import.meta.dirname, '../../../dist/reliability/rolling/rolling-contract.js');
/** For how long groups may work on after the last publish. */
const PATIENCE_MS = 60_000;
const POLL_MS = 100;
/** What comes again comes within this time. */
const AFTERWARDS_MS = 3_000;

export interface RollingOptions {
  /** Messages whose receipts nobody awaits. */
  readonly perSecond: number;
  readonly seed: number;
}

export interface RollingReport extends RollingOptions, RollingCounts {
  readonly restarts: readonly Restarted[];
  /** What must not happen and did; empty: nothing. */
  readonly problems: readonly string[];
}

/** Restarts three servers that all serve, and then the three nodes of their NATS, one after the other under load. */
export const playRollingRestart = async (
  options: RollingOptions,
  onProgress: (line: string) => void,
): Promise<RollingReport> => {
  const nats = await NatsCluster.start();
  const opened = new Opened();
  try {
    return await play({ ...options, nats, opened, onProgress });
  } finally {
    await opened.close();
    await nats.stop();
  }
};

interface Play extends RollingOptions {
  readonly nats: NatsCluster;
  readonly opened: Opened;
  readonly onProgress: (line: string) => void;
}

const play = async ({ perSecond, seed, nats, opened, onProgress }: Play): Promise<RollingReport> => {
  const token = crypto.randomUUID();
  const env = { STORAGE: nats.url, NATS_SPREAD: 'true', QUEUE_TOKENS: token, CONTRACT: MODULE };
  const started = await Promise.all(Array.from({ length: SERVERS }, () => Contender.start(env)));
  const servers = started.map((server) => opened.add(server));
  const record = new RollingRecord();
  const restarts = new Restarts({ servers, nats, record, onProgress });
  await restarts.allReady();
  const clients = (): Placed[] =>
    servers.map(({ port }, server) => ({ client: opened.add(quiet(port, token)), server }));
  const random = seededRandom(seed);
  for (const placed of [...clients(), ...clients()]) joinAll(placed, record, random);
  for (const placed of clients()) serveAll(placed);
  const callers = clients().map((placed) => new RollingCaller(placed, record));
  const share = { record, random, perSecond: perSecond / SERVERS };
  const publishers = clients().map((placed) => new RollingPublisher({ ...placed, ...share }));
  const all = await restarts.run();
  await Promise.all([...publishers, ...callers].map((each) => each.stop()));
  await drained(record);
  return { perSecond, seed, ...countsOf(record), restarts: all, problems: problemsOf(record) };
};

const quiet = (port: number, token: string) => {
  const client = connect(contract, { url: `http://127.0.0.1:${port}`, token });
  // Lost connections are the point.
  client.on('connection:failed', () => undefined).on('error', () => undefined);
  return client;
};

/** Resolves when all is handled, or the patience is over: then the verdict names what is not. */
const drained = async (record: RollingRecord): Promise<void> => {
  const until = performance.now() + PATIENCE_MS;
  while (!isDrained(record) && performance.now() < until) await setTimeout(POLL_MS);
  await setTimeout(AFTERWARDS_MS);
};
