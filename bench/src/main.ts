import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServer, stopServer } from './queue-server-process.js';

const ROUNDS = 5;
const MESSAGES = 300_000;

const startClient = async (name: string, args: readonly string[]): Promise<ChildProcess> => {
  const child = fork(join(import.meta.dirname, `${name}.js`), args);
  await once(child, 'message');
  return child;
};

interface Report {
  readonly startedAt: number;
  readonly doneAt: number;
  readonly cpuMs: number;
  readonly lost: number;
  readonly duplicates: number;
}

const report = async (child: ChildProcess): Promise<Report> => {
  // Safe: the programs beside this one send what it names.
  const [message] = (await once(child, 'message')) as [Report];
  return message;
};

/** Publish, consume and ack in three processes: from the first publish to the last receipt and confirmed ack. */
const round = async (url: string, group: string): Promise<number> => {
  const consumer = await startClient('consumer', [url, String(MESSAGES), group]);
  const publisher = await startClient('publisher', [url, String(MESSAGES)]);
  const reports = Promise.all([report(publisher), report(consumer)]);
  publisher.send('start');
  const [published, consumed] = await reports;
  const seconds = (Math.max(published.doneAt, consumed.doneAt) - published.startedAt) / 1_000;
  const rate = Math.round(MESSAGES / seconds);
  const perMessage = (ms: number): string => ((ms * 1_000) / MESSAGES).toFixed(2);
  console.log(
    `${group}: ${rate.toLocaleString('en')} messages/s, CPU µs/message: publisher ${perMessage(published.cpuMs)}, ` +
      `consumer ${perMessage(consumed.cpuMs)}; lost ${consumed.lost}, duplicates ${consumed.duplicates}`,
  );
  return rate;
};

const main = async (): Promise<void> => {
  const [{ model } = { model: 'unknown' }] = cpus();
  console.log(
    `${cpus().length} × ${model}, Node ${process.version}; ${MESSAGES} messages of 250 bytes a round`,
  );
  const dataDir = await mkdtemp(join(tmpdir(), 'typed-queue-bench-'));
  const port = await freePort();
  const server = await startServer(port, dataDir);
  const rates: number[] = [];
  for (let n = 1; n <= ROUNDS; n++) rates.push(await round(`http://127.0.0.1:${port}`, `round-${n}`));
  const median = rates.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  console.log(`median: ${median.toLocaleString('en')} messages/s, fsynced, validated, acked`);
  await stopServer(server);
  await rm(dataDir, { recursive: true });
};

await main();
