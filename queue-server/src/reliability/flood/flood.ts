import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { ServerProcess, type Target } from '../server-process.js';
import { Witness, type Observed } from '../witness.js';

/**
 * publishes   messages, in frames
 * controls    `unsubscribe`, `pause` and `position`, which are never refused
 * handshakes  connections
 */
export type FloodKind = 'publishes' | 'controls' | 'handshakes';
export const FLOOD_KINDS: readonly FloodKind[] = ['publishes', 'controls', 'handshakes'];

export interface FloodOptions {
  readonly kind: FloodKind;
  /** Of each principal, in messages per second. */
  readonly messagesPerSecond: number;
  /** How much faster the flood is than its limit. */
  readonly factor: number;
  /** Of each run. */
  readonly seconds: number;
  /** How many runs there are with and without the flood, in turn. */
  readonly rounds: number;
}

/** What another client waited for, in milliseconds: of 100 waits 99 are shorter. */
export interface Waits {
  readonly receiptMs: number;
  readonly deliveryMs: number;
}

export interface FloodReport {
  readonly kind: FloodKind;
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
  readonly kind: FloodKind;
  readonly target: Target;
  readonly perSecond: number;
}

/** The outcome of a flood, in messages, requests or connections. */
export interface Flooded {
  readonly accepted: number;
  /** With `rate_limited`. */
  readonly refused: number;
  /** Their connection ended before the answer. */
  readonly unanswered: number;
  /** Handshakes that were answered with HTTP 429 or `rate_limited`. */
  readonly keptOut: number;
  /** How often the flooding client was cut off. */
  readonly cuts: number;
  readonly ms: number;
}

/** As the protocol document has it. */
interface FloodLimit {
  readonly perSecond: number;
  /** What is accepted at once. */
  readonly burst: number;
}

const limitOf = ({
  kind,
  messagesPerSecond,
}: Pick<FloodOptions, 'kind' | 'messagesPerSecond'>): FloodLimit => {
  switch (kind) {
    case 'publishes':
      return { perSecond: messagesPerSecond, burst: messagesPerSecond };
    case 'controls':
      // Nothing of it is refused: who is 5 s ahead of the rate is cut off.
      return { perSecond: 1_000, burst: 5_000 + 5 * 1_000 };
    case 'handshakes':
      return { perSecond: 100, burst: 200 };
  }
};

/** The built worker: the path is the same from the sources and from the built files. */
const WORKER = new URL('../../../dist/reliability/flood/flooder.worker.js', import.meta.url);

/** Floods in a thread of its own, so that it delays no measurement. Resolves when it began, with how to stop it. */
const startFlood = async (order: FloodOrder): Promise<() => Promise<Flooded>> => {
  const worker = new Worker(WORKER, { workerData: order });
  await once(worker, 'message');
  return async () => {
    const ended = once(worker, 'message');
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
  const { kind, messagesPerSecond, rounds } = options;
  const server = await ServerProcess.start({ RATE_MESSAGES_PER_SECOND: String(messagesPerSecond) });
  const [quiet, flooded]: [Run[], Run[]] = [[], []];
  try {
    for (let round = 0; round < rounds; round++) {
      quiet.push(await run(server, options, false));
      flooded.push(await run(server, options, true));
    }
  } finally {
    await server.close();
  }
  return {
    kind,
    quiet: waitsOf(quiet),
    flooded: waitsOf(flooded),
    floods: flooded.flatMap(({ flood }) => flood ?? []),
    observed: [...quiet, ...flooded].map(({ observed }) => observed),
  };
};

const run = async (server: ServerProcess, options: FloodOptions, isFlooded: boolean): Promise<Run> => {
  const { kind, factor, seconds } = options;
  const { perSecond } = limitOf(options);
  const order = { kind, target: server.attacked, perSecond: perSecond * factor };
  const stop = isFlooded ? await startFlood(order) : undefined;
  const witness = await Witness.start(server.target);
  await setTimeout(seconds * 1_000);
  const observed = await witness.end();
  const { receiptsMs, deliveriesMs } = witness;
  return { observed, receiptsMs, deliveriesMs, ...(stop !== undefined && { flood: await stop() }) };
};

/** A report in lines for people. */
export const linesOf = ({ kind, quiet, flooded, floods }: FloodReport): string[] => {
  const sum = (of: (flood: Flooded) => number): number => floods.reduce((all, one) => all + of(one), 0);
  const line = (name: string, wait: keyof Waits): string =>
    `  ${name}  p99 ${quiet[wait].toFixed(1)} ms quiet, ${flooded[wait].toFixed(1)} ms flooded: × ${(flooded[wait] / quiet[wait]).toFixed(2)}`;
  const [accepted, refused] = [sum((one) => one.accepted), sum((one) => one.refused)];
  const sent = accepted + refused + sum((one) => one.unanswered);
  const seconds = sum(({ ms }) => ms) / 1_000;
  return [
    `${kind}: ${Math.round(sent / seconds)} a second; ${accepted} accepted, ${refused} refused, ${sum((one) => one.unanswered)} without an answer`,
    `  cut off ${sum(({ cuts }) => cuts)} times, and then kept out at ${sum(({ keptOut }) => keptOut)} handshakes`,
    line('receipt ', 'receiptMs'),
    line('delivery', 'deliveryMs'),
  ];
};

/** What a flood did to another client, or got from the server, that it must not, times apart; empty: nothing. */
export const harmOf = (
  { kind, floods, observed }: FloodReport,
  { messagesPerSecond }: Pick<FloodOptions, 'messagesPerSecond'>,
): string[] => {
  const { perSecond, burst } = limitOf({ kind, messagesPerSecond });
  return [
    ...floods.flatMap(({ accepted, ms }) => {
      const allowed = Math.floor(burst + (ms / 1_000) * perSecond);
      return accepted <= allowed ? [] : [`${accepted} ${kind} of the flood were accepted, of ${allowed}`];
    }),
    ...observed.flatMap(harmTo),
  ];
};

const harmTo = ({ refused, disconnects, missing, deliveredTwice }: Observed): string[] => [
  ...Object.entries(refused).map(([code, times]) => `the other client was refused: ${times} × ${code}`),
  ...(disconnects === 0 ? [] : ['the other client was disconnected']),
  ...(missing === 0 ? [] : [`the other client misses ${missing} messages`]),
  ...(deliveredTwice === 0 ? [] : [`the other client got ${deliveredTwice} messages twice`]),
];
