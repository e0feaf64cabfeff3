import autocannon from 'autocannon';
import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import type { ApiFigures } from './load-api.js';

/** An API process that takes writes. */
export interface LoadedApi {
  readonly url: string;
  readonly process: ChildProcess;
}

/** What one run of writes measured. Times in milliseconds unless named otherwise. */
export interface Run {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Of the API process, in microseconds of each write. */
  readonly cpuUs: number;
  /** Of each write: see `Part`. */
  readonly write: number;
  /** Begin and commit. */
  readonly begin: number;
  readonly store: number;
  /** What the decorator does before and after the transaction, in microseconds of each write. */
  readonly outsideUs: number;
  /** What it does within the transaction besides the write and `store`. */
  readonly insideUs: number;
}

/** What follows a write counts as well: its event is published, and its entry removed. */
const SETTLE_MS = 250;

let made = 0;

/** As a client sends it: no two have the same name. */
const body = (): string =>
  JSON.stringify({
    name: `A product of which there are many, no two ${process.pid}-${made++}`,
    description: 'Books and other things to read, in a box of cardboard.',
    price: 1_999,
    stock: 120,
    tags: ['books', 'things'],
  });

const ask = async <T>({ process: api }: LoadedApi, question: string): Promise<T> => {
  const answer = once(api, 'message');
  api.send(question);
  // Safe: load-api.ts answers with what it names.
  const [message] = (await answer) as [T];
  return message;
};

/** Every connection sends the next write when it has the answer to the last. */
export const load = async (api: LoadedApi, connections: number, seconds: number): Promise<Run> => {
  await ask(api, 'begin');
  const times: number[] = [];
  const result = await autocannon({
    url: `${api.url}/api/v1/products`,
    method: 'POST',
    connections,
    duration: seconds,
    headers: { 'content-type': 'application/json' },
    requests: [{ setupRequest: (request) => ({ ...request, body: body() }) }],
    // In whole milliseconds, as autocannon sums them up, they could not be compared.
    setupClient: (client) => client.on('response', (_status, _bytes, ms) => times.push(ms)),
  });
  await setTimeout(SETTLE_MS);
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx + result.errors} writes failed`);
  const figures = await ask<ApiFigures>(api, 'end');
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? NaN;
  return {
    perSecond: times.length / result.duration,
    p50: at(0.5),
    p99: at(0.99),
    ...perWrite(figures, times.length),
  };
};

const perWrite = (figures: ApiFigures, writes: number): Omit<Run, 'perSecond' | 'p50' | 'p99'> => {
  const { write, transact, work, method, store, cpuMs } = figures;
  const decorated = transact > 0;
  return {
    cpuUs: (cpuMs * 1_000) / writes,
    write: write / writes,
    begin: (transact - work) / writes,
    store: store / writes,
    outsideUs: decorated ? ((write - transact) * 1_000) / writes : 0,
    insideUs: decorated ? ((work - method - store) * 1_000) / writes : 0,
  };
};

/** Resolves when no event waits for the queue. */
export const drained = async ({ url }: LoadedApi): Promise<void> => {
  for (;;) {
    // Safe: load-api.ts says this of its outbox.
    const { outbox } = (await (await fetch(`${url}/readyz`)).json()) as { outbox: { depth: number } };
    if (outbox.depth === 0) return;
    await setTimeout(100);
  }
};
