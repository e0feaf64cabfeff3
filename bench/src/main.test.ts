import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Results } from './report/results.js';

const main = join(import.meta.dirname, '../dist/main.js');
const run = promisify(execFile);

const scale = ['--seconds', '0.3', '--warm-up', '0.2', '--rounds', '1', '--messages', '1000'];

let out: string;
let stdout: string;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'typed-queue-bench-test-'));
  const choice = [
    '--peers',
    'typed-queue',
    '--only',
    'end-to-end,latency,live-20,catch-up,memory,cold-start,groups-10,api-rate',
  ];
  ({ stdout } = await run(process.execPath, [main, ...choice, ...scale, '--out', out]));
});
afterAll(() => rm(out, { recursive: true, force: true }));

// Safe: the bench writes it.
const results = async () => JSON.parse(await readFile(join(out, 'results.json'), 'utf8')) as Results;

it('measures every message of this project, and loses none', async () => {
  const { measures } = await results();
  const rows = measures.flatMap((measure) => measure.rows);
  expect(rows.map(({ failures, duplicates, rounds }) => [failures, duplicates, rounds.length])).toEqual(
    Array.from({ length: 8 }, () => [[], 0, 1]),
  );
  expect(rows.filter(({ median }) => median > 0)).toHaveLength(8);
});

it('measures the CPU time of each process', async () => {
  const { measures } = await results();
  const flow = measures.find(({ name }) => name === 'end-to-end')?.rows[0]?.cpuUs;
  expect(Object.values(flow ?? {}).filter((us) => us > 0)).toHaveLength(3);
});

it('names the versions', async () => {
  expect(await results()).toMatchObject({
    node: process.version,
    versions: { 'typed-queue': 'of this checkout' },
  });
});

it('prints a table and draws a picture of each measure', async () => {
  expect(stdout).toContain('| Publish, consume, acknowledge |');
  expect((await readdir(out)).filter((name) => name.endsWith('.svg'))).toHaveLength(8);
});

it('names a broker that is not installed, and leaves it out', async () => {
  const choice = ['--peers', 'redis-always,typed-queue', '--only', 'cold-start'];
  const without = join(out, 'without-redis');
  const args = [main, ...choice, ...scale, '--out', without];
  const { stdout: said } = await run(process.execPath, args, { env: { PATH: out } });
  expect(said).toContain('Redis Streams, always: not installed, left out');
  // Safe: the bench writes it.
  const { measures } = JSON.parse(await readFile(join(without, 'results.json'), 'utf8')) as Results;
  expect(measures.flatMap(({ rows }) => rows.map(({ peer }) => peer))).toEqual(['typed-queue']);
});

it('names every wrong option', async () => {
  await expect(run(process.execPath, [main, '--peers', 'kafka'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"kafka" is none of typed-queue, '),
  });
});
