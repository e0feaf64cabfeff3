import type { Peer } from '../peers/peer.js';
import type { Published, Sample, Verified } from '../workers/protocol.js';
import { between, type Run } from './run.js';
import { Stage } from './stage.js';
import type { Scale, Workload } from './workload.js';

const WINDOW = 2_048;
/** What a group consumes before its rate counts. */
const WARM_SHARE = 0.2;

const queues = ['queue-0'];
const groups = ['group-0'];

/** Stores the messages without a consumer, and lets a group consume them. */
export const runBacklog = async (
  peer: Peer,
  { times }: Workload & { kind: 'backlog' },
  scale: Scale & { readonly node: string },
): Promise<Run> => {
  const limit = scale.messages * times;
  const stage = await Stage.open(peer, scale.node, { queues, groups });
  try {
    const publisher = await stage.startPublisher({ queues, pace: { kind: 'window', size: WINDOW } });
    const { published } = await publisher.ask<Published>({ kind: 'publish', limit });
    const stored = await stage.moment();
    const warmAt = Math.ceil(published * WARM_SHARE);
    const subscriber = await stage.startSubscriber({ queues, groups, live: false, warmAt });
    const reached = subscriber.ask<Sample>({ kind: 'warm' });
    const finished = subscriber.ask<Verified>({ kind: 'finish', published });
    // A group that loses most of them is finished before.
    const warm = await Promise.race([reached, finished.then(() => undefined)]);
    const moment = await stage.moment();
    const from = warm === undefined ? moment : { ...moment, subscriber: warm };
    const { lost, duplicates } = await finished;
    const { perSecond, cpuUs } = between(from, await stage.moment(), 'subscriber');
    return {
      figures: { perSecond, residentMb: stored.broker.bytes / 1e6 },
      cpuUs,
      lost,
      duplicates,
    };
  } finally {
    await stage.close();
  }
};
