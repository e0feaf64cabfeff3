import { SCHEDULE_LOG_NAME } from '@typed-queue/contracts/wire';
import { unrefAfter, type Metric } from '@typed-queue/program';
import type { RequestListener } from 'node:http';
import type { Audit } from './access/audit.js';
import { beginBackup, storedQueuesOf } from './backup/server-backup.js';
import type { PublishGate } from './delivery/publish-gate.js';
import type { Engine } from './engine/engine.js';
import { backupPage, type BackupPageDeps } from './http/backup-page.js';
import { dashboardPages } from './http/dashboard-pages.js';
import { guarded, type GuardedPage, type PageGuardDeps } from './http/guarded-page.js';
import { healthPages, shownFault, type Readiness } from './http/health-pages.js';
import { metricsPage } from './http/metrics-page.js';
import { servePages, type PagesDeps } from './http/pages.js';
import type { ServerFiguresDeps } from './metrics/server-figures.js';

interface MeasuredDeps extends Omit<ServerFiguresDeps, 'isReady' | 'now'> {
  readonly engine: Engine;
  readonly publishGate: PublishGate;
}

interface ServerPagesDeps
  extends PageGuardDeps, Omit<PagesDeps, 'refusals'>, Pick<BackupPageDeps, 'onStalled'>, MeasuredDeps {
  readonly audit: Pick<Audit, 'action' | 'refusal'>;
  /** Undefined: everything is in memory. */
  readonly dataDir?: string | undefined;
  /** Whether the dashboard is served. Default: false. */
  readonly dashboard?: boolean | undefined;
}

/** What a server answers over HTTP, besides Socket.IO. */
export const serverPages = (deps: ServerPagesDeps): RequestListener => {
  const readiness = readinessOf(deps);
  const pages = [
    ...healthPages(readiness),
    ...[metricsOf(deps), backupOf(deps)].map((page) => guarded(page, deps)),
    ...(deps.dashboard === true ? dashboardPages() : []),
  ];
  return servePages(pages, deps);
};

/** All metrics of the server at the moment. What reads them is loaded by the first scrape. */
export const readMetrics = async (deps: MeasuredDeps): Promise<readonly Metric[]> => {
  const { readServerMetrics } = await import('./metrics/server-metrics.js');
  const readiness = readinessOf(deps);
  return readServerMetrics({ ...deps, isReady: () => readiness().length === 0, now: Date.now });
};

const metricsOf = (deps: ServerPagesDeps): GuardedPage =>
  metricsPage({ queues: async () => deps.queues, metrics: () => readMetrics(deps) });

const backupOf = ({ engine, queues, dataDir, ...deps }: ServerPagesDeps): GuardedPage =>
  backupPage({
    ...deps,
    // What is scheduled is a part of the queues that it waits for.
    queues: async () =>
      [...queues, ...(await storedQueuesOf(dataDir))].filter((name) => name !== SCHEDULE_LOG_NAME),
    begin: () => beginBackup({ engine, dataDir, now: Date.now }),
    after: unrefAfter,
  });

const readinessOf =
  ({ engine, publishGate }: Pick<MeasuredDeps, 'engine' | 'publishGate'>): Readiness =>
  () =>
    problemsOf(engine, publishGate);

const problemsOf = (engine: Engine, publishGate: PublishGate): ReturnType<Readiness> => {
  const fault = engine.fault();
  return [
    ...(publishGate.draining ? [{ check: 'server', problem: 'shutting down' }] : []),
    ...(fault === undefined ? [] : [{ check: 'storage', problem: shownFault(fault) }]),
  ];
};
