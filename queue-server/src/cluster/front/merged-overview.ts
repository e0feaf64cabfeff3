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

export interface FrontView {
  /** The principal has a right to all queues. */
  readonly seesServer: boolean;
  /** Of this front. */
  readonly connections: number;
  readonly memory: ServerStatus['memory'];
}

/** The overviews of several servers, each of other queues, as one. @throws QueueError `request_invalid` */
export const mergedOverview = (
  overviews: readonly Overview[],
  query: OverviewQuery,
  view: FrontView,
): Overview => {
  const queues: readonly QueueOverview[] = overviews.flatMap((each) => each.queues);
  const { page, next } = overviewPage(queues, query);
  return {
    server: view.seesServer ? serverOf(overviews, view) : null,
    totals: totalsOf(overviews.map(({ totals }) => totals)),
    queues: page,
    next,
    attention: worstFirst(distinct(overviews.flatMap(({ attention }) => attention))).slice(0, MAX_FINDINGS),
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

/** One storage has one fault, whoever tells it. */
const distinct = (findings: readonly Finding[]): readonly Finding[] => {
  const codes = new Set<string>();
  return findings.filter((finding) => {
    if (finding.kind !== 'storage-fault') return true;
    const isNew = !codes.has(finding.code);
    codes.add(finding.code);
    return isNew;
  });
};
