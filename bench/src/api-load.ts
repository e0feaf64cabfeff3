import { cpus } from 'node:os';
import { startLoadProcesses, type LoadProcesses } from './load-processes.js';
import { drained, load, type Run } from './load-run.js';
import { variants } from './load-variant.js';

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = [1, 16] as const;

/** Where a write is measured: in each variant, and in the last once more without a queue server. */
const places = [...variants, 'queue stopped'] as const;

type Place = (typeof places)[number];

/** By the number of connections. */
type Measured = ReadonlyMap<number, Map<Place, Run[]>>;

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

const measure = async (all: LoadProcesses, place: Place, measured: Measured): Promise<void> => {
  const isStopped = place === 'queue stopped';
  const api = all.apiOf(isStopped ? 'decorator' : place);
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
  const all = await startLoadProcesses(variants, process.execPath);
  try {
    // Compiled, and with connections to the database.
    for (const variant of variants) await load(all.apiOf(variant), 16, SECONDS);
    await drained(all.apiOf('decorator'));
    const measured: Measured = new Map(CONNECTIONS.map((connections) => [connections, new Map()]));
    for (let n = 0; n < rounds; n++) {
      for (const place of n % 2 === 0 ? places : places.toReversed()) await measure(all, place, measured);
    }
    for (const [connections, runs] of measured) print(connections, runs);
  } finally {
    await all.close();
  }
};

await main();
