import { parentPort, workerData } from 'node:worker_threads';
import type { Target } from '../server-process.js';
import { attacks } from './attacks.js';
import type { Played } from './playing.js';

/** How often what was counted so far is told, in milliseconds: an attack may be stopped before its end. */
const TELL_MS = 200;

// Safe: the thread that starts this one passes these.
const { name, target } = workerData as { readonly name: string; readonly target: Target };

const counts: Record<string, number> = {};
const violations = new Set<string>();
const tell = (isOver: boolean): void => {
  const played: Played = { counts, violations: [...violations], isOver };
  parentPort?.postMessage(played);
};
const telling = setInterval(() => tell(false), TELL_MS);
await attacks
  .find((attack) => attack.name === name)
  ?.run(target, {
    count: (what, times = 1) => (counts[what] = (counts[what] ?? 0) + times),
    violation: (what) => violations.add(what),
  });
clearInterval(telling);
tell(true);
