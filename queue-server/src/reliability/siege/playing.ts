import { Worker } from 'node:worker_threads';
import type { Target } from '../server-process.js';

/** The built worker: from the sources and from what was built it is the same way. */
const WORKER = new URL('../../../dist/reliability/siege/attack.worker.js', import.meta.url);

/** What came of an attack. */
export interface Played {
  readonly counts: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
  /** False: it was stopped at its limit of time. */
  readonly isOver: boolean;
  /** Why it could not be played to its end: a connection that it needs was refused, for instance. */
  readonly failure?: string;
}

/**
 * Plays an attack in a thread of its own, so that whoever watches the server waits for nothing; stops it after
 * `limitMs`.
 */
export const play = (name: string, target: Target, limitMs: number): Promise<Played> =>
  new Promise((resolve) => {
    let last: Played = { counts: {}, violations: [], isOver: false };
    const worker = new Worker(WORKER, { workerData: { name, target } });
    const limit = setTimeout(() => void worker.terminate(), limitMs);
    worker.on('message', (played: Played) => (last = played));
    worker.on('error', (error) => {
      last = { ...last, failure: error.message };
    });
    worker.on('exit', () => {
      clearTimeout(limit);
      resolve(last);
    });
  });
