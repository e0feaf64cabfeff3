import type { QueueError } from '@typed-queue/contracts';
import { unrefAfter, type Metric } from '@typed-queue/program';
import type { RequestListener } from 'node:http';
import type { Audit } from '../../access/audit.js';
import { backupPage, type BackupPageDeps } from '../../http/backup-page.js';
import { dashboardPages } from '../../http/dashboard-pages.js';
import { guarded, type PageGuardDeps } from '../../http/guarded-page.js';
import { healthPages, shownFault, type Readiness } from '../../http/health-pages.js';
import { metricsPage } from '../../http/metrics-page.js';
import { servePages, type PagesDeps } from '../../http/pages.js';
import { frontMetrics, type FrontFigures } from './front-metrics.js';
import { mergedMetrics } from './merged-metrics.js';
import type { Reachability } from './reachability.js';

export interface FrontPagesDeps
  extends
    PageGuardDeps,
    Omit<PagesDeps, 'refusals'>,
    Pick<BackupPageDeps, 'onStalled'>,
    Omit<FrontFigures, 'isReady' | 'queues' | 'problems'> {
  readonly queues: readonly string[];
  readonly reachability: Pick<Reachability, 'problems'>;
  readonly isClosing: () => boolean;
  /** Those of this process. */
  readonly units: () => readonly { metrics(): Promise<readonly Metric[]> }[];
  readonly audit: Pick<Audit, 'action' | 'refusal'>;
  /** Why there is no backup: units keep what they store in a store of its own tools. */
  readonly noBackup: () => QueueError;
  readonly dashboard: boolean;
}

/** What a front answers over HTTP, besides Socket.IO. */
export const frontPages = (deps: FrontPagesDeps): RequestListener => {
  const queues = async () => deps.queues;
  const readiness: Readiness = () => problemsOf(deps);
  const metrics = async () => {
    const units = await Promise.allSettled(deps.units().map((unit) => unit.metrics()));
    const { problems } = deps.reachability;
    const own = frontMetrics({ ...deps, problems, isReady: readiness().length === 0 });
    // A unit that is being closed can be asked no longer.
    return mergedMetrics(
      own,
      units.flatMap((unit) => (unit.status === 'fulfilled' ? [unit.value] : [])),
    );
  };
  const backup = backupPage({
    ...deps,
    queues,
    begin: () => Promise.reject(deps.noBackup()),
    after: unrefAfter,
  });
  const pages = [
    ...healthPages(readiness),
    ...[metricsPage({ queues, metrics }), backup].map((page) => guarded(page, deps)),
    ...(deps.dashboard ? dashboardPages() : []),
  ];
  return servePages(pages, deps);
};

const problemsOf = ({ reachability, isClosing }: FrontPagesDeps): ReturnType<Readiness> => [
  ...(isClosing() ? [{ check: 'server', problem: 'shutting down' }] : []),
  ...[...reachability.problems.values()].map((error) => ({
    check: 'queue',
    problem: error instanceof Error ? shownFault(error) : 'not reached yet',
  })),
];
