import {
  QueueError,
  SECOND,
  type Contract,
  type Finding,
  type Overview,
  type OverviewOrder,
  type OverviewQuery,
  type OverviewTotals,
  type OwnRights,
  type QueueOverview,
  type ServerStatus,
} from '@typed-queue/contracts';
import type { MemoryBudget } from '../access/budget.js';
import { messageTime } from '../delivery/message-time.js';
import type { Tails } from '../delivery/tailing/tails.js';
import type { Clocks } from '../engine/clocks.js';
import type { Engine } from '../engine/engine.js';
import { faultCode } from '../engine/fault-code.js';
import type { QueueHistory } from '../history/queue-history.js';
import type { RecentDeadLetters } from '../history/recent-dead-letters.js';
import type { ContractReports } from './contract-reports.js';
import { findingsOf, worstFirst } from './findings.js';
import { groupsOf, sumsOf, type GroupSnapshot, type GroupSums, type SnapshotDeps } from './snapshot.js';

export interface OverviewDeps extends SnapshotDeps {
  readonly contract: Contract;
  readonly engine: Pick<Engine, 'queue' | 'fault' | 'durability'>;
  readonly tails: Pick<Tails, 'count'>;
  readonly history: Pick<QueueHistory, 'ratesOf' | 'growthOf'>;
  readonly recentDeadLetters: Pick<RecentDeadLetters, 'all'>;
  readonly contractReports: Pick<ContractReports, 'countOf' | 'clashesOf'>;
  readonly connections: () => number;
  readonly budget: Pick<MemoryBudget, 'bytes' | 'used'>;
  readonly version: string;
  readonly clock: Clocks;
  /** When the server started, by the steady clock. */
  readonly started: number;
}

/** What a principal may see. */
export interface OverviewRights {
  readonly queues: readonly string[];
  /** Undefined: there is none, and the queue is hidden. */
  rightsTo(queue: string): OwnRights | undefined;
  maySee(queue: string, group: string): boolean;
}

/** All open pages share a snapshot for this long. */
const SNAPSHOT_MS = 2 * SECOND;
const DEFAULT_LIMIT = 50;
export const MAX_FINDINGS = 20;

/** A row without what has to be read. */
type Row = OrderedQueue & Pick<GroupSums, 'oldestSeq'>;

/** What an overview is ordered by. */
type OrderedQueue = Omit<QueueOverview, 'oldestAgeMs'>;

/** All queues at one moment, as their operators see them. */
interface Snapshot {
  readonly at: number;
  readonly groups: ReadonlyMap<string, readonly GroupSnapshot[]>;
  readonly sums: ReadonlyMap<string, GroupSums>;
  readonly findings: readonly Finding[];
}

/** The queues of a server at a glance. */
export class Overviews {
  readonly #deps: OverviewDeps;
  /** Of the oldest message of each queue that one of its groups has not settled. */
  readonly #times = new Map<string, { readonly seq: number; readonly time: number | undefined }>();
  #snapshot: Snapshot | undefined;

  constructor(deps: OverviewDeps) {
    this.#deps = deps;
  }

  /** A page of the queues that the rights are for. */
  async of(query: OverviewQuery, rights: OverviewRights): Promise<Overview> {
    const snapshot = this.#taken();
    const rows = rights.queues.flatMap((queue) => {
      const own = rights.rightsTo(queue);
      return own === undefined ? [] : [this.#row(queue, own, { snapshot, rights })];
    });
    const { page, next } = overviewPage(rows, query);
    return {
      server: this.#server(rights),
      totals: totalsOf(rows),
      queues: await this.#withAges(page),
      next,
      attention: [...this.#faults(), ...snapshot.findings.filter((each) => isVisible(each, rights))].slice(
        0,
        MAX_FINDINGS,
      ),
    };
  }

  #taken(): Snapshot {
    const at = this.#deps.clock.now();
    if (this.#snapshot === undefined || at - this.#snapshot.at >= SNAPSHOT_MS)
      this.#snapshot = this.#take(at);
    return this.#snapshot;
  }

  #take(at: number): Snapshot {
    const { contract, contractReports, history, recentDeadLetters } = this.#deps;
    const groups = new Map(Object.keys(contract).map((queue) => [queue, groupsOf(queue, this.#deps)]));
    const findings: Finding[] = recentDeadLetters
      .all()
      .map((recent) => ({ kind: 'dead-letters', ...recent }));
    for (const [queue, own] of groups) {
      const clients = contractReports.clashesOf(queue);
      if (clients > 0) findings.push({ kind: 'contract-clash', queue, clients });
      for (const group of own) findings.push(...findingsOf(queue, group, history));
    }
    const sums = new Map([...groups].map(([queue, own]) => [queue, sumsOf(own)]));
    return { at, groups, sums, findings: worstFirst(findings) };
  }

  #row(
    queue: string,
    own: OwnRights,
    { snapshot, rights }: { readonly snapshot: Snapshot; readonly rights: OverviewRights },
  ): Row {
    const { contract, engine, history, tails, contractReports } = this.#deps;
    const { groups, sums } = snapshot;
    const stored = engine.queue(queue);
    const { firstSeq, lastSeq, bytes } = stored.head();
    const visible = own.admin
      ? sums.get(queue)
      : sumsOf((groups.get(queue) ?? []).filter(({ group }) => rights.maySee(queue, group)));
    const { published, settled } = history.ratesOf(queue);
    return {
      queue,
      rights: own,
      rates: { published, settled: own.admin ? settled : 0 },
      messages: lastSeq - firstSeq + 1,
      bytes,
      retention: contract[queue]?.retention ?? {},
      deadLetters: own.admin ? stored.deadLetters.status().letters : 0,
      tails: own.admin ? tails.count(queue) : 0,
      differingClients: own.admin ? contractReports.countOf(queue) : 0,
      ...(visible ?? sumsOf([])),
    };
  }

  async #withAges(rows: readonly Row[]): Promise<readonly QueueOverview[]> {
    const shown: QueueOverview[] = [];
    // One after the other: each may read a frame.
    for (const { oldestSeq, ...row } of rows) {
      shown.push({ ...row, oldestAgeMs: await this.#age(row.queue, oldestSeq) });
    }
    return shown;
  }

  /** Reads only when the message is another than before. */
  async #age(queue: string, seq: number): Promise<number | null> {
    if (seq === Infinity) return null;
    const known = this.#times.get(queue);
    const time =
      known?.seq === seq
        ? known.time
        : // A disk that cannot be read is seen among the findings.
          await messageTime(this.#deps.engine.queue(queue), seq).catch(() => undefined);
    this.#times.set(queue, { seq, time });
    return time === undefined ? null : Math.max(0, this.#deps.clock.wallNow() - time);
  }

  #server(rights: OverviewRights): ServerStatus | null {
    const { contract, engine, connections, budget, version, clock, started } = this.#deps;
    if (!Object.keys(contract).every((queue) => rights.rightsTo(queue)?.admin === true)) return null;
    return {
      version,
      uptimeMs: Math.round(clock.now() - started),
      durability: engine.durability,
      connections: connections(),
      memory: { used: budget.used, budget: budget.bytes },
    };
  }

  #faults(): Finding[] {
    const fault = this.#deps.engine.fault();
    if (fault === undefined) return [];
    return [{ kind: 'storage-fault', code: faultCode(fault) }];
  }
}

/** The queues that a query is for. @throws QueueError `request_invalid` for an unknown `after` */
export const overviewPage = <Queue extends OrderedQueue>(
  queues: readonly Queue[],
  { after, limit = DEFAULT_LIMIT, search = '', order = 'name' }: OverviewQuery,
): { readonly page: readonly Queue[]; readonly next: string | null } => {
  const wanted = search.toLowerCase();
  const inOrder = comparisonBy(order, wanted);
  const last = after === undefined ? undefined : queues.find(({ queue }) => queue === after);
  if (after !== undefined && last === undefined) throw unknownQueue(after);
  const found = queues
    .filter((row) => row.queue.includes(wanted) && (last === undefined || inOrder(row, last) > 0))
    .sort(inOrder);
  const page = found.slice(0, limit);
  return { page, next: found.length > limit ? (page.at(-1)?.queue ?? null) : null };
};

const isVisible = (finding: Finding, rights: OverviewRights): boolean => {
  if (finding.kind === 'storage-fault') return true;
  return 'group' in finding
    ? rights.maySee(finding.queue, finding.group)
    : rights.rightsTo(finding.queue)?.admin === true;
};

const unknownQueue = (after: string): QueueError =>
  new QueueError(
    'request_invalid',
    `The query for the overview is not valid. after: there is no queue "${after}".`,
  );

const byName = (one: OrderedQueue, other: OrderedQueue): number =>
  one.queue < other.queue ? -1 : Number(one.queue > other.queue);

/** How much of a name a search is. */
const distance = ({ queue }: OrderedQueue, wanted: string): number => {
  if (queue === wanted) return 0;
  return queue.startsWith(wanted) ? 1 : 2;
};

/** Those with the most first; among equal ones by name. By name, those come first that match a search best. */
const comparisonBy = (
  order: OverviewOrder,
  wanted: string,
): ((one: OrderedQueue, other: OrderedQueue) => number) => {
  if (order === 'name')
    return (one, other) => distance(one, wanted) - distance(other, wanted) || byName(one, other);
  const of = (row: OrderedQueue): number =>
    order === 'published' || order === 'settled' ? row.rates[order] : row[order];
  return (one, other) => of(other) - of(one) || byName(one, other);
};

const totalsOf = (rows: readonly Row[]): OverviewTotals => {
  const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    queues: rows.length,
    groups: sum(({ groups }) => groups),
    members: sum(({ members }) => members),
    deadLetters: sum(({ deadLetters }) => deadLetters),
    rates: { published: sum(({ rates }) => rates.published), settled: sum(({ rates }) => rates.settled) },
  };
};
