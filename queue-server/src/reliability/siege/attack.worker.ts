import { parentPort, workerData } from 'node:worker_threads';
import type { Target } from '../server-process.js';
import { attacks } from './attacks.js';
import type { AttackResult } from './siege.js';

/** How often the counts are reported, in milliseconds: an attack may be stopped before its end. */
const REPORT_MS = 200;

// Safe: the thread that starts this one passes these.
const { name, target } = workerData as { readonly name: string; readonly target: Target };

const counts: Record<string, number> = {};
const violations = new Set<string>();
const report = (isOver: boolean): void => {
  const result: AttackResult = { counts, violations: [...violations], isOver };
  parentPort?.postMessage(result);
};
const reporting = setInterval(() => report(false), REPORT_MS);
await attacks
  .find((attack) => attack.name === name)
  ?.run(target, {
    count: (what, times = 1) => (counts[what] = (counts[what] ?? 0) + times),
    violation: (what) => violations.add(what),
  });
clearInterval(reporting);
report(true);
