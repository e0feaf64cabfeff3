import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { ServerProcess, type Target } from '../server-process.js';
import { Witness, type Observed } from '../witness.js';

export interface FloodOptions {
  /** Of each principal, in messages per second. */
  readonly limit: number;
  /** How much faster the flood is than its limit. */
  readonly factor: number;
  /** Of each run. */
  readonly seconds: number;
  /** How many runs there are of either kind, in turn. */
  readonly rounds: number;
}

/** What another client waited for, in milliseconds: of 100 waits 99 are shorter. */
interface Waits {
  readonly receiptMs: number;
  readonly deliveryMs: number;
}

export interface FloodReport {
  readonly quiet: Waits;
  readonly flooded: Waits;
  readonly floods: readonly Flooded[];
  readonly observed: readonly Observed[];
}

interface Run {
  readonly observed: Observed;
  readonly receiptsMs: readonly number[];
  readonly deliveriesMs: readonly number[];
  readonly flood?: Flooded;
}

export interface FloodOrder {
  readonly target: Target;
  readonly messagesPerSecond: number;
}

/** The outcome of a flood, in messages. */
export interface Flooded {
  readonly accepted: number;
  readonly refused: number;
  /** Their connection was cut off before the answer. */
  readonly unanswered: number;
  /** How often the flooding client was cut off. */
  readonly cuts: number;
  readonly ms: number;
}

/** The built worker: the path is the same from the sources and from the built files. */
const WORKER = new URL('../../../dist/reliability/flood/flooder.worker.js', import.meta.url);

/** Floods in a thread of its own, so that it delays no measurement. Returns how to stop it. */
const startFlood = (order: FloodOrder): (() => Promise<Flooded>) => {
  const worker = new Worker(WORKER, { workerData: order });
  const ended = once(worker, 'message');
  return async () => {
    worker.postMessage('stop');
    // Safe: it posts this and nothing else.
    const [flooded] = (await ended) as [Flooded];
    return flooded;
  };
};

const p99 = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? 0;
};

const waitsOf = (runs: readonly Run[]): Waits => ({
  receiptMs: p99(runs.flatMap(({ receiptsMs }) => receiptsMs)),
  deliveryMs: p99(runs.flatMap(({ deliveriesMs }) => deliveriesMs)),
});

/** Measures what one principal waits for while all is quiet, and while another floods the server. */
export const flood = async (options: FloodOptions): Promise<FloodReport> => {
  const server = await ServerProcess.start({ RATE_MESSAGES_PER_SECOND: String(options.limit) });
  const [quiet, flooded]: [Run[], Run[]] = [[], []];
  try {
    for (let round = 0; round < options.rounds; round++) {
      quiet.push(await run(server, options, false));
      flooded.push(await run(server, options, true));
    }
  } finally {
    await server.close();
  }
  return {
    quiet: waitsOf(quiet),
    flooded: waitsOf(flooded),
    floods: flooded.flatMap(({ flood }) => flood ?? []),
    observed: [...quiet, ...flooded].map(({ observed }) => observed),
  };
};

const run = async (
  server: ServerProcess,
  { limit, factor, seconds }: FloodOptions,
  isFlooded: boolean,
): Promise<Run> => {
  const messagesPerSecond = limit * factor;
  const stop = isFlooded ? startFlood({ target: server.attacked, messagesPerSecond }) : undefined;
  const witness = await Witness.start(server.target);
  await setTimeout(seconds * 1_000);
  const observed = await witness.end();
  const { receiptsMs, deliveriesMs } = witness;
  return { observed, receiptsMs, deliveriesMs, ...(stop !== undefined && { flood: await stop() }) };
};

/** A report in lines for people. */
export const linesOf = ({ quiet, flooded, floods }: FloodReport): string[] => {
  const sum = (of: (flood: Flooded) => number): number => floods.reduce((all, one) => all + of(one), 0);
  const factor = (one: number, other: number): string => (other / one).toFixed(2);
  const { receiptMs, deliveryMs } = flooded;
  return [
    `flood      ${sum(({ accepted }) => accepted)} messages accepted, ${sum(({ refused }) => refused)} refused, ${sum(({ unanswered }) => unanswered)} without an answer; cut off ${sum(({ cuts }) => cuts)} times`,
    `receipt    p99 ${quiet.receiptMs.toFixed(1)} ms quiet, ${receiptMs.toFixed(1)} ms flooded: × ${factor(quiet.receiptMs, receiptMs)}`,
    `delivery   p99 ${quiet.deliveryMs.toFixed(1)} ms quiet, ${deliveryMs.toFixed(1)} ms flooded: × ${factor(quiet.deliveryMs, deliveryMs)}`,
  ];
};

/** What a flood did to another client, or got from the server, that it must not, times apart; empty: nothing. */
export const harmOf = (
  { floods, observed }: FloodReport,
  { limit }: Pick<FloodOptions, 'limit'>,
): string[] => [
  ...floods.flatMap(({ accepted, ms }) => {
    // A full bucket, and what time brings.
    const allowed = limit + (ms / 1_000) * limit;
    return accepted <= allowed
      ? []
      : [`${accepted} messages of the flood were accepted, of ${Math.floor(allowed)}`];
  }),
  ...observed.flatMap(({ refused, disconnects, missing, deliveredTwice }) => [
    ...Object.entries(refused).map(([code, times]) => `the other client was refused: ${times} × ${code}`),
    ...(disconnects === 0 ? [] : ['the other client was disconnected']),
    ...(missing === 0 ? [] : [`the other client misses ${missing} messages`]),
    ...(deliveredTwice === 0 ? [] : [`the other client got ${deliveredTwice} messages twice`]),
  ]),
];
