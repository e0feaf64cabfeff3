import { spawnEmbeddedMongo } from '@typed-queue/embedded-mongo';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { drained, load, type LoadedApi, type Run } from './load-run.js';
import { variants, type Variant } from './load-variant.js';
import { freePort } from './peers/broker-process.js';
import { startServer, stopServer } from './queue-server-process.js';

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = [1, 16] as const;

/** Where a write is measured: in each variant, and in the last once more without a queue server. */
const places = [...variants, 'queue stopped'] as const;

type Place = (typeof places)[number];

/** By the number of connections. */
type Measured = ReadonlyMap<number, Map<Place, Run[]>>;

/** The mongod that all share: each API has its own database. */
const startApi = async (variant: Variant, mongodb: string, queue: string): Promise<LoadedApi> => {
  const uri = mongodb.replace(/(\/\/[^/]+)\/?/, `$1/load-${variant}`);
  const api = fork(join(import.meta.dirname, 'load-api.js'), [variant, uri, queue]);
  // Safe: its first message is the URL at which it listens.
  const [url] = (await once(api, 'message')) as [string];
  return { url, process: api };
};

const stopApi = async ({ process: api }: LoadedApi): Promise<void> => {
  const exited = once(api, 'exit');
  api.send('close');
  await exited;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const columns: readonly (readonly [string, (runs: readonly Run[]) => string])[] = [
  ['writes/s', (runs) => median(runs.map((run) => run.perSecond)).toFixed(0)],
  ['p50 ms', (runs) => median(runs.map((run) => run.p50)).toFixed(2)],
  ['p99 ms', (runs) => median(runs.map((run) => run.p99)).toFixed(2)],
  ['p99 lowest – highest', (runs) => range(runs.map((run) => run.p99))],
  ['CPU µs', (runs) => median(runs.map((run) => run.cpuUs)).toFixed(0)],
  ['create() ms', (runs) => median(runs.map((run) => run.write)).toFixed(2)],
  ['begin+commit ms', (runs) => median(runs.map((run) => run.begin)).toFixed(2)],
  ['store ms', (runs) => median(runs.map((run) => run.store)).toFixed(2)],
  ['outside µs', (runs) => median(runs.map((run) => run.outsideUs)).toFixed(1)],
  ['outside % of create()', (runs) => percent(runs, (run) => run.outsideUs)],
  ['and inside µs', (runs) => median(runs.map((run) => run.outsideUs + run.insideUs)).toFixed(1)],
  ['and inside %', (runs) => percent(runs, (run) => run.outsideUs + run.insideUs)],
];

const range = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(1)} – ${Math.max(...values).toFixed(1)}`;

const percent = (runs: readonly Run[], us: (run: Run) => number): string =>
  median(runs.map((run) => us(run) / run.write / 10)).toFixed(2);

const print = (connections: number, measured: ReadonlyMap<Place, readonly Run[]>): void => {
  const rows = [...measured].map(([place, runs]) => [place, ...columns.map(([, of]) => of(runs))]);
  const head = [`connections: ${connections}`, ...columns.map(([title]) => title)];
  console.log();
  for (const row of [head, head.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`);
};

/** Every process that takes part; a queue server that stops and comes back. */
const startAll = async (dataDir: string) => {
  const mongo = await spawnEmbeddedMongo({ dataDir: join(dataDir, 'mongo') });
  const port = await freePort();
  const startQueue = () => startServer(port, join(dataDir, 'queue'));
  let queue = await startQueue();
  const start = (variant: Variant) => startApi(variant, mongo.uri, `http://127.0.0.1:${port}`);
  const apis = {
    bare: await start('bare'),
    transaction: await start('transaction'),
    decorator: await start('decorator'),
  };
  return {
    apis,
    stopQueue: () => stopServer(queue),
    startQueue: async () => {
      queue = await startQueue();
    },
    close: async () => {
      await Promise.all(Object.values(apis).map(stopApi));
      await stopServer(queue);
      await mongo.close();
    },
  };
};

type All = Awaited<ReturnType<typeof startAll>>;

const measure = async (all: All, place: Place, measured: Measured): Promise<void> => {
  const isStopped = place === 'queue stopped';
  const api = all.apis[isStopped ? 'decorator' : place];
  if (isStopped) await all.stopQueue();
  for (const [connections, runs] of measured) {
    const run = await load(api, connections, SECONDS);
    runs.set(place, [...(runs.get(place) ?? []), run]);
    console.log(
      `${place}, connections ${connections}: ${run.perSecond.toFixed(0)}/s, p99 ${run.p99.toFixed(2)} ms`,
    );
  }
  if (isStopped) await all.startQueue();
  await drained(api);
};

const main = async (): Promise<void> => {
  const rounds = Number(process.argv[2] ?? ROUNDS);
  const [{ model } = { model: 'unknown' }] = cpus();
  console.log(`${cpus().length} × ${model}, Node ${process.version}; ${rounds} rounds of ${SECONDS} s each`);
  const dataDir = await mkdtemp(join(tmpdir(), 'typed-queue-load-'));
  const all = await startAll(dataDir);
  try {
    // Compiled, and with connections to the database.
    for (const api of Object.values(all.apis)) await load(api, 16, SECONDS);
    await drained(all.apis.decorator);
    const measured: Measured = new Map(CONNECTIONS.map((connections) => [connections, new Map()]));
    for (let n = 0; n < rounds; n++) {
      for (const place of n % 2 === 0 ? places : places.toReversed()) await measure(all, place, measured);
    }
    for (const [connections, runs] of measured) print(connections, runs);
  } finally {
    await all.close();
    await rm(dataDir, { recursive: true });
  }
};

await main();
