import { Worker } from 'node:worker_threads';
import { startProbe, type Probed } from '../probe.js';
import { ServerProcess, type Target } from '../server-process.js';
import { Witness, type Observed } from '../witness.js';

/** An attack that is not over then is stopped. */
const ATTACK_MS = 60_000;
const MAX_MEMORY_MIB = 768;
/** A connection that the system drops from a full backlog begins again after 1 s. */
const MAX_LIVEZ_MS = 2_000;
/** What a client may wait for its receipts and messages beside an attack. */
const MAX_WAIT_MS = 3_000;
/** Also with 15,000 groups. */
const MAX_START_MS = 10_000;

export interface Report {
  readonly attack: string;
  readonly played: AttackResult;
  readonly isRunning: boolean;
  readonly peakMiB: number;
  readonly livez: Probed;
  readonly client: Observed;
  /** How long the next start on the same data took, in milliseconds. */
  readonly startMs: number;
  /** Of the server's log. */
  readonly errors: readonly string[];
}

/** The built worker: the path is the same from the sources and from the built files. */
const WORKER = new URL('../../../dist/reliability/siege/attack.worker.js', import.meta.url);

/** What an attack did. */
export interface AttackResult {
  readonly counts: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
  /** False: it was stopped after its time limit. */
  readonly isOver: boolean;
  /** Why it could not be played to its end, for instance because a connection was refused. */
  readonly failure?: string;
}

/**
 * Plays an attack in a thread of its own, so that it delays no measurement; stops it after `limitMs`.
 */
const play = (name: string, target: Target, limitMs: number): Promise<AttackResult> =>
  new Promise((resolve) => {
    let last: AttackResult = { counts: {}, violations: [], isOver: false };
    const worker = new Worker(WORKER, { workerData: { name, target } });
    const limit = setTimeout(() => void worker.terminate(), limitMs);
    worker.on('message', (played: AttackResult) => (last = played));
    worker.on('error', (error) => {
      last = { ...last, failure: error.message };
    });
    worker.on('exit', () => {
      clearTimeout(limit);
      resolve(last);
    });
  });

/** Plays one attack on a new server, beside a well-behaved client, and starts the server again afterwards. */
export const besiege = async (attack: string): Promise<Report> => {
  const server = await ServerProcess.start();
  try {
    const client = await Witness.start(server.target);
    const probe = startProbe(server.target.port);
    const played = await play(attack, server.attacked, ATTACK_MS);
    const [livez, observed] = [await probe.stop(), await client.end()];
    const { isRunning } = server;
    const { peak } = await server.memory();
    const startMs = await server.restart();
    const { errors } = server;
    return { attack, played, isRunning, peakMiB: peak, livez, client: observed, startMs, errors };
  } finally {
    await server.close();
  }
};

/** What an attack did that it must not be able to do; empty: nothing. */
export const brokenLimits = (report: Report): string[] => {
  const { played, isRunning, peakMiB, livez, client, startMs } = report;
  const refused = Object.entries(client.refused).map(([code, times]) => `${times} × ${code}`);
  return [
    ...played.violations,
    ...(played.failure === undefined ? [] : [`the attack could not be played: ${played.failure}`]),
    ...(isRunning ? [] : ['the server ended']),
    ...(peakMiB < MAX_MEMORY_MIB ? [] : [`memory: ${peakMiB} MiB`]),
    ...(livez.failed === 0 ? [] : [`/livez: ${livez.failed} of ${livez.probes} failed`]),
    ...(livez.worstMs <= MAX_LIVEZ_MS ? [] : [`/livez: ${livez.worstMs} ms`]),
    ...(refused.length === 0 ? [] : [`the client was refused: ${refused.join(', ')}`]),
    ...(client.disconnects === 0 ? [] : ['the client was disconnected']),
    ...(client.missing === 0 ? [] : [`the client misses ${client.missing} messages`]),
    ...(client.deliveredTwice === 0 ? [] : [`the client got ${client.deliveredTwice} messages twice`]),
    ...(client.worstReceiptMs <= MAX_WAIT_MS ? [] : [`a receipt took ${client.worstReceiptMs} ms`]),
    ...(client.worstDeliveryMs <= MAX_WAIT_MS ? [] : [`a delivery took ${client.worstDeliveryMs} ms`]),
    ...(startMs <= MAX_START_MS ? [] : [`the next start took ${startMs} ms`]),
  ];
};

/** A report in lines for people. */
export const linesOf = (report: Report): string[] => {
  const { attack, played, peakMiB, livez, client, startMs, errors } = report;
  const counts = Object.entries(played.counts).map(([what, times]) => `${what} ${times}`);
  const broken = brokenLimits(report);
  return [
    `${broken.length === 0 ? 'held  ' : 'BROKEN'}  ${attack}`,
    `        attack    ${counts.join(', ')}${played.isOver ? '' : ' (stopped)'}`,
    `        server    peak ${peakMiB} MiB, /livez ${livez.worstMs} ms at worst, next start ${startMs} ms`,
    `        client    ${client.published} published, receipt ${client.worstReceiptMs} ms and delivery ${client.worstDeliveryMs} ms at worst`,
    ...(errors.length === 0
      ? []
      : [`        log       ${errors.length} errors: ${(errors[0] ?? '').slice(0, 200)}`]),
    ...broken.map((limit) => `        broken    ${limit}`),
  ];
};
