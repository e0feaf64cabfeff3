import type {
  Finding,
  Overview,
  OverviewQuery,
  OverviewTotals,
  QueueOverview,
  ServerStatus,
} from '@typed-queue/contracts';
import { worstFirst } from '../../overview/findings.js';
import { MAX_FINDINGS, overviewPage } from '../../overview/overviews.js';
import { grouped } from './grouped.js';
import { unreachableFinding } from './unreachable-queue.js';

export interface FrontView {
  /** The principal has a right to all queues. */
  readonly seesServer: boolean;
  /** Of this front. */
  readonly connections: number;
  readonly memory: ServerStatus['memory'];
  /** Queues that no server could be asked about. */
  readonly unreachable: readonly QueueOverview[];
}

/** The overviews of several servers, each of other queues, as one. @throws QueueError `request_invalid` */
export const mergedOverview = (
  overviews: readonly Overview[],
  query: OverviewQuery,
  view: FrontView,
): Overview => {
  const queues: readonly QueueOverview[] = overviews.flatMap((each) => each.queues);
  const totals = totalsOf(overviews.map((each) => each.totals));
  const { page, next } = overviewPage([...queues, ...view.unreachable], query);
  const findings = [
    ...faultsOf(overviews),
    ...overviews.flatMap(othersOf),
    ...view.unreachable.flatMap(unreachableFinding),
  ];
  return {
    server: view.seesServer ? serverOf(overviews, view) : null,
    totals: { ...totals, queues: totals.queues + view.unreachable.length },
    queues: page,
    next,
    attention: worstFirst(findings).slice(0, MAX_FINDINGS),
  };
};

/** Null when one of them is hidden. */
const serverOf = (
  overviews: readonly Overview[],
  { connections, memory }: FrontView,
): ServerStatus | null => {
  const servers = overviews.flatMap(({ server }) => server ?? []);
  const [first] = servers;
  if (first === undefined || servers.length < overviews.length) return null;
  return {
    version: first.version,
    uptimeMs: Math.max(...servers.map(({ uptimeMs }) => uptimeMs)),
    durability: first.durability,
    connections,
    memory,
  };
};

const totalsOf = (all: readonly OverviewTotals[]): OverviewTotals => {
  const sum = (of: (totals: OverviewTotals) => number): number =>
    all.reduce((total, each) => total + of(each), 0);
  return {
    queues: sum(({ queues }) => queues),
    groups: sum(({ groups }) => groups),
    members: sum(({ members }) => members),
    deadLetters: sum(({ deadLetters }) => deadLetters),
    rates: { published: sum(({ rates }) => rates.published), settled: sum(({ rates }) => rates.settled) },
  };
};

/** A fault of all is one of the storage; of some, the fault of their queues. */
const faultsOf = (overviews: readonly Overview[]): readonly Finding[] => {
  const faults = overviews.flatMap(({ attention, queues }) =>
    attention.filter(isFault).map((fault) => ({ ...fault, queue: queues[0]?.queue })),
  );
  return [...grouped(faults, ({ code }) => code)].flatMap(([code, same]): readonly Finding[] =>
    same.length === overviews.length ? [{ kind: 'storage-fault', code }] : same,
  );
};

const othersOf = ({ attention }: Overview): readonly Finding[] =>
  attention.filter((finding) => !isFault(finding));

type Fault = Extract<Finding, { readonly kind: 'storage-fault' }>;

const isFault = (finding: Finding): finding is Fault => finding.kind === 'storage-fault';
