import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { runBench } from './bench.js';
import { measures } from './measures/measure.js';
import { HELP, parseOptions, type Options } from './options.js';
import type { Peer } from './peers/peer.js';
import { defaultPeers, loadPeer, peerNames } from './peers/registry.js';
import { Progress } from './progress.js';
import { barsOf } from './report/bars.js';
import { resultsOf, type Results } from './report/results.js';
import { tableOf } from './report/table.js';

const machine = (): string => {
  const [{ model } = { model: 'unknown' }] = cpus();
  return `${cpus().length} × ${model}`;
};

/** The peers that are installed, with their versions; the others are named. */
const installed = async (names: readonly string[]): Promise<Map<Peer, string>> => {
  const found = new Map<Peer, string>();
  for (const name of names) {
    const peer = await loadPeer(name);
    const version = await peer.version();
    if (version === undefined) console.log(`${peer.title}: not installed, left out`);
    else found.set(peer, version);
  }
  return found;
};

const write = async (results: Results, folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  for (const measure of results.measures) {
    await writeFile(join(folder, `${measure.name}.svg`), barsOf(measure));
  }
};

const bench = async (options: Options): Promise<Results> => {
  const { only, node, seconds, warmUpSeconds, messages } = options;
  const chosen = measures.filter(({ name, isLong }) => (only.length === 0 ? !isLong : only.includes(name)));
  const peers = await installed(options.peers.length === 0 ? defaultPeers : options.peers);
  const nodeVersion = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  console.log(`${machine()}, Node ${nodeVersion}`);
  for (const [{ title }, version] of peers) console.log(`  ${title}: ${version}`);
  const progress = new Progress(process.stderr);
  const outcomes = await runBench({ ...options, measures: chosen, peers: [...peers.keys()] }, progress);
  progress.end();
  return {
    at: new Date().toISOString(),
    machine: machine(),
    node: nodeVersion,
    versions: Object.fromEntries([...peers].map(([{ name }, version]) => [name, version])),
    seconds,
    warmUpSeconds,
    messages,
    measures: resultsOf(chosen, outcomes),
  };
};

const main = async (): Promise<void> => {
  const known = { measures: measures.map(({ name }) => name), peers: peerNames };
  const out = join(import.meta.dirname, '../results');
  const options = parseOptions(process.argv.slice(2), known, {
    node: process.execPath,
    out,
    // npm runs this in the package's folder.
    directory: process.env.INIT_CWD ?? process.cwd(),
  });
  if (options.isHelp) {
    console.log(`${HELP}measures: ${known.measures.join(', ')}\npeers: ${known.peers.join(', ')}`);
    return;
  }
  const results = await bench(options);
  for (const measure of results.measures) console.log(`\n${tableOf(measure)}`);
  await write(results, options.out);
  console.log(`\nresults.json and a picture of each measure: ${options.out}`);
  if (results.measures.some(({ rows }) => rows.some(({ failures }) => failures.length > 0)))
    process.exitCode = 1;
};

// Brokers end when this process exits.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
