import { startLoadProcesses } from './load-processes.js';
import { drained, load, type Run as Load } from './load-run.js';
import type { Run } from './measures/run.js';
import type { Scale } from './measures/workload.js';

/** The same write in a transaction, without its event and with it. */
const compared = ['transaction', 'decorator'] as const;
/** What else the machine does hits both alike: they take turns of a second. */
const turns = ['transaction', 'decorator', 'decorator', 'transaction'] as const;
const TURN_SECONDS = 1;
const WARM_CONNECTIONS = 16;

/** Writes of one connection with their events, against the same writes without. */
export const runApiWrites = async ({
  seconds,
  warmUpSeconds,
  node,
}: Scale & { readonly node: string }): Promise<Run> => {
  const all = await startLoadProcesses(compared, node);
  try {
    if (warmUpSeconds > 0)
      for (const variant of compared) await load(all.apiOf(variant), WARM_CONNECTIONS, warmUpSeconds);
    const loads: Record<(typeof compared)[number], Load[]> = { transaction: [], decorator: [] };
    for (let done = 0; done < Math.max(1, seconds / 2); done++) {
      for (const variant of turns) {
        await drained(all.apiOf('decorator'));
        loads[variant].push(await load(all.apiOf(variant), 1, TURN_SECONDS));
      }
    }
    const ratioOf = (figure: 'perSecond' | 'cpuUs'): number =>
      meanOf(loads.decorator, figure) / meanOf(loads.transaction, figure);
    const figures = { writeRateRatio: ratioOf('perSecond'), writeCpuRatio: ratioOf('cpuUs') };
    return { figures, lost: 0, duplicates: 0 };
  } finally {
    await all.close();
  }
};

const meanOf = (loads: readonly Load[], figure: 'perSecond' | 'cpuUs'): number =>
  loads.reduce((sum, each) => sum + each[figure], 0) / loads.length;
