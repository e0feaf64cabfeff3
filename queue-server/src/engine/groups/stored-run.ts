import { afterRestart } from '../group/delivery.js';
import type { Run } from '../group/delivery-runs.js';
import type { LocalRules } from './local-options.js';

/** The steady clock of one process means nothing to the next one, so that what is stored has the wall clock's time. */
export type Clocks = Pick<LocalRules, 'now' | 'wallNow'>;

/** A run as it is written down. */
export const storedRun = (run: Run, { now, wallNow }: Clocks): Run => {
  const delivery = afterRestart(run.delivery);
  if (delivery.kind !== 'scheduled') return { ...run, delivery };
  return { ...run, delivery: { ...delivery, dueAt: wallNow() + (delivery.dueAt - now()) } };
};

/** A run that was written down. A retry never waits longer than its own delay, wherever the wall clock was set. */
export const restoredRun = (run: Run, { now, wallNow }: Clocks): Run => {
  const { delivery } = run;
  if (delivery.kind !== 'scheduled') return run;
  const { dueAt, delayMs = Infinity } = delivery;
  return { ...run, delivery: { ...delivery, dueAt: now() + Math.min(dueAt - wallNow(), delayMs) } };
};
