import type { Peer } from '../peers/peer.js';
import type { Run } from './run.js';
import { Stage } from './stage.js';
import type { Workload } from './workload.js';

const queues = ['queue-0'];

/** Starts the broker. */
export const runStart = async (peer: Peer, node: string): Promise<Run> => {
  const stage = await Stage.open(peer, node, { queues, groups: [] });
  await stage.close();
  return { figures: { startMs: stage.startMs }, lost: 0, duplicates: 0 };
};

/** Opens connections that do nothing, beside one. */
export const runConnections = async (
  peer: Peer,
  { count }: Workload & { kind: 'connections' },
  node: string,
): Promise<Run> => {
  const stage = await Stage.open(peer, node, { queues, groups: [] });
  try {
    const pace = { kind: 'window', size: 1 } as const;
    const first = await stage.startPublisher({ queues, pace });
    const before = await stage.moment();
    await stage.startPublisher({ queues: Array<string>(count).fill('queue-0'), pace });
    const after = await stage.moment();
    await first.end();
    const connectionKb = (after.broker.bytes - before.broker.bytes) / 1e3 / count;
    return { figures: { connectionKb }, lost: 0, duplicates: 0 };
  } finally {
    await stage.close();
  }
};
