import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Target } from '../server-process.js';

export interface Flooding {
  readonly target: Target;
  readonly messagesPerSecond: number;
}

/** What became of a flood, in messages. */
export interface Flooded {
  readonly taken: number;
  readonly refused: number;
  /** Their connection was cut off before. */
  readonly unanswered: number;
  /** How often the flooding client was cut off. */
  readonly cuts: number;
  readonly ms: number;
}

/** The built worker: from the sources and from what was built it is the same way. */
const WORKER = new URL('../../../dist/reliability/flood/flooder.worker.js', import.meta.url);

/** Floods in a thread of its own, so that whoever measures waits for nothing. Returns how to stop it. */
export const startFlood = (flooding: Flooding): (() => Promise<Flooded>) => {
  const worker = new Worker(WORKER, { workerData: flooding });
  const ended = once(worker, 'message');
  return async () => {
    worker.postMessage('stop');
    // Safe: it posts this and nothing else.
    const [flooded] = (await ended) as [Flooded];
    return flooded;
  };
};
