import type { Ability } from '../peers/peer.js';
import type { Figure } from './run.js';
import type { Workload } from './workload.js';

/** One figure of a workload: a table, and a picture. */
export interface Measure {
  /** As `--only` names it. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly figure: Figure;
  /** Peers without it are left out. Undefined: all but those of calls can. */
  readonly needs?: Ability;
  /** Measures of the same workload share its runs. */
  readonly workload: Workload;
  /** Runs only when `--only` names it. */
  readonly isLong: boolean;
}

const WINDOW = 2_048;
/** How far a publisher may be ahead of live subscribers: brokers end connections that are far behind. */
const LIVE_WINDOW = 8_192;

const flow = (options: Partial<Workload & { kind: 'flow' }>): Workload => ({
  kind: 'flow',
  pace: { kind: 'window', size: WINDOW },
  groups: 1,
  live: false,
  inStep: false,
  queues: 1,
  calls: false,
  ...options,
});

const rate = (options: Pick<Measure, 'name' | 'title' | 'workload'> & Partial<Measure>): Measure => ({
  unit: 'messages/s',
  better: 'more',
  figure: 'perSecond',
  needs: 'group',
  isLong: false,
  ...options,
});

const cost = (options: Omit<Measure, 'better' | 'isLong'> & Partial<Measure>): Measure => ({
  better: 'less',
  isLong: false,
  ...options,
});

const backlog: Workload = { kind: 'backlog', times: 1 };
const longBacklog: Workload = { kind: 'backlog', times: 10 };
const apiWrites: Workload = { kind: 'api-writes' };
const paced = flow({ pace: { kind: 'paced', perSecond: 2_000 } });

const called = (callers: number): Workload =>
  flow({ calls: true, live: true, groups: 0, pace: { kind: 'awaiting', publishers: callers } });

const scales = [1, 10, 100, 1_000];

/** Of the table in the README, in its order. */
export const measures: readonly Measure[] = [
  rate({ name: 'end-to-end', title: 'Publish, consume, acknowledge', workload: flow({}) }),
  rate({
    name: 'awaiting-64',
    title: '64 publishers that each await',
    workload: flow({ pace: { kind: 'awaiting', publishers: 64 } }),
  }),
  rate({
    name: 'awaiting-1',
    title: 'One publisher that awaits, a consumer attached',
    workload: flow({ pace: { kind: 'awaiting', publishers: 1 } }),
  }),
  rate({
    name: 'publish-1',
    title: 'One publisher that awaits, without a consumer',
    workload: flow({ pace: { kind: 'awaiting', publishers: 1 }, groups: 0 }),
  }),
  cost({
    name: 'latency',
    title: 'Publisher to consumer at 2,000 messages/s, median',
    unit: 'ms',
    figure: 'p50Ms',
    needs: 'group',
    workload: paced,
  }),
  rate({ name: 'publish', title: 'Publish acknowledged, in bulk', workload: flow({ groups: 0 }) }),
  rate({ name: 'catch-up', title: 'A group catches up', workload: backlog }),
  cost({
    name: 'memory',
    title: 'Memory of the broker with the backlog stored',
    unit: 'MB',
    figure: 'residentMb',
    needs: 'group',
    workload: backlog,
  }),
  rate({
    name: 'groups-20',
    title: '20 groups that each get every message',
    unit: 'deliveries/s',
    needs: 'fan-out',
    workload: flow({ groups: 20 }),
  }),
  rate({
    name: 'live-20',
    title: '20 live subscribers',
    unit: 'deliveries/s',
    needs: 'live',
    workload: flow({ groups: 20, live: true, inStep: true, pace: { kind: 'window', size: LIVE_WINDOW } }),
  }),
  ...[64, 1].map((callers) =>
    rate({
      name: `calls-${callers}`,
      title: callers === 1 ? 'One caller that awaits each answer' : `${callers} callers that each await`,
      unit: 'calls/s',
      needs: 'call',
      workload: called(callers),
    }),
  ),
  cost({
    name: 'cold-start',
    title: 'Start with an empty folder until ready',
    unit: 'ms',
    figure: 'startMs',
    workload: { kind: 'start' },
  }),
  cost({
    name: 'connection',
    title: 'Memory of an idle connection',
    unit: 'kB',
    figure: 'connectionKb',
    workload: { kind: 'connections', count: 500 },
  }),
  rate({
    name: 'api-rate',
    title: 'An API write with its event, against the same write in a transaction without it',
    unit: '× its rate',
    figure: 'writeRateRatio',
    needs: 'api',
    workload: apiWrites,
  }),
  cost({
    name: 'api-cpu',
    title: 'CPU time of an API write with its event, against the same write in a transaction without it',
    unit: '× its CPU time',
    figure: 'writeCpuRatio',
    needs: 'api',
    workload: apiWrites,
  }),
  ...scales.map((queues) =>
    rate({
      name: `queues-${queues}`,
      title: `${queues} queues, ${Math.min(queues, 10)} of them active`,
      workload: flow({ queues }),
      isLong: true,
    }),
  ),
  ...scales.map((groups) =>
    rate({
      name: `groups-${groups}`,
      title: `${groups} groups that each get every message`,
      unit: 'deliveries/s',
      needs: 'fan-out',
      // A backlog of each message for 1,000 groups would take minutes to consume.
      workload: flow({ groups, inStep: true }),
      isLong: true,
    }),
  ),
  rate({
    name: 'catch-up-10',
    title: 'A group catches up, ten times the backlog',
    workload: longBacklog,
    isLong: true,
  }),
  cost({
    name: 'memory-10',
    title: 'Memory of the broker with ten times the backlog stored',
    unit: 'MB',
    figure: 'residentMb',
    needs: 'group',
    workload: longBacklog,
    isLong: true,
  }),
];
