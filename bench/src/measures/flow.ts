import { setTimeout as sleep } from 'node:timers/promises';
import type { Peer } from '../peers/peer.js';
import { quantile } from '../report/statistics.js';
import type { Published, Verified } from '../workers/protocol.js';
import { between, type Run } from './run.js';
import { Stage } from './stage.js';
import type { Scale, Workload } from './workload.js';

type Flow = Workload & { kind: 'flow' };

/** As many queues as are used at once. */
const ACTIVE_QUEUES = 10;

/** A publisher, and the groups that consume what it publishes. */
export const runFlow = async (
  peer: Peer,
  flow: Flow,
  scale: Scale & { readonly node: string },
): Promise<Run> => {
  const queues = namesOf('queue', flow.queues);
  const groups = namesOf('group', flow.groups);
  const stage = await Stage.open(peer, scale.node, { queues, groups: flow.live ? [] : groups });
  try {
    const active = queues.slice(0, ACTIVE_QUEUES);
    const { live, inStep } = flow;
    if (flow.calls) await stage.startSubscriber({ queues: active, groups: ['responder'], live });
    else if (flow.groups > 0)
      await stage.startSubscriber({ queues: active, groups, live, tellsProgress: inStep });
    await stage.startPublisher({ queues: active, pace: flow.pace });
    return await measure(stage, flow, scale);
  } finally {
    await stage.close();
  }
};

const measure = async (stage: Stage, flow: Flow, scale: Scale): Promise<Run> => {
  const { publisher, subscriber } = stage;
  if (publisher === undefined) throw new Error('A flow needs a publisher.');
  if (flow.inStep && subscriber)
    subscriber.onProgress = (count) => publisher.tell({ kind: 'delivered', count });
  const publishing = publisher.ask<Published>({ kind: 'publish' });
  await Promise.race([sleep(warmUpSeconds(flow, scale) * 1_000), publishing]);
  const from = await stage.moment();
  await Promise.race([sleep(scale.seconds * 1_000), publishing]);
  const to = await stage.moment();
  await publisher.ask({ kind: 'stop' });
  const { published, times } = await publishing;
  const verified = await verifiedBy(stage, flow, published);
  // In bulk a rate counts only with what is left to consume.
  const inBulk = verified !== undefined && flow.pace.kind === 'window';
  const { perSecond, cpuUs } = inBulk
    ? between(from, await stage.moment(), 'subscriber')
    : between(from, to, 'publisher');
  const firstCounted = from.publisher?.count ?? 0;
  return {
    figures: { perSecond, ...latencies(times, verified?.times ?? [], firstCounted) },
    cpuUs,
    lost: verified?.lost ?? 0,
    duplicates: verified?.duplicates ?? 0,
  };
};

/** V8 optimizes a function after it ran often, and what is not in bulk runs far less often: four times as long. */
const warmUpSeconds = ({ pace }: Flow, scale: Scale): number =>
  pace.kind === 'window' ? scale.warmUpSeconds : 4 * scale.warmUpSeconds;

/** Answers of calls were verified by their callers. */
const verifiedBy = async (
  { subscriber }: Stage,
  flow: Flow,
  published: number,
): Promise<Verified | undefined> =>
  flow.calls ? undefined : subscriber?.ask<Verified>({ kind: 'finish', published });

/** From publish to handler, of the messages from `first` on. */
const latencies = (published: readonly number[], arrived: readonly number[], first: number) => {
  if (published.length === 0) return {};
  const each = published.slice(first).map((at, index) => (arrived[first + index] ?? NaN) - at);
  return { p50Ms: quantile(each, 0.5), p99Ms: quantile(each, 0.99) };
};

const namesOf = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${kind}-${index}`);
