import { arrivalOf } from '@typed-queue/program';
import type { RequestListener } from 'node:http';
import { beginBackup } from './backup/server-backup.js';
import type { PublishGate } from './delivery/publish-gate.js';
import type { Engine } from './engine/engine.js';
import { metricsPage, type MetricsPageDeps } from './metrics/metrics-page.js';
import type { ServerFiguresDeps } from './metrics/server-figures.js';
import { backupPage, type BackupPageDeps } from './transport/backup-page.js';
import { dashboardPage } from './transport/dashboard-page.js';
import { healthPages, shownFault, type Readiness } from './transport/health.js';

interface ServerPagesDeps
  extends Omit<MetricsPageDeps, 'metrics'>, Omit<ServerFiguresDeps, 'isReady' | 'now'> {
  readonly engine: Engine;
  readonly publishGate: PublishGate;
  readonly audit: BackupPageDeps['audit'];
  /** Undefined: everything is in memory. */
  readonly dataDir?: string | undefined;
  /** Whether the dashboard is served. Default: false. */
  readonly dashboard?: boolean | undefined;
}

/** What a server answers over HTTP, besides Socket.IO. */
export const serverPages = (deps: ServerPagesDeps): RequestListener => {
  const readiness: Readiness = () => problemsOf(deps.engine, deps.publishGate);
  const isReady = (): boolean => readiness().length === 0;
  // Loaded by the first scrape.
  const metrics = async () => {
    const { readServerMetrics } = await import('./metrics/server-metrics.js');
    return readServerMetrics({ ...deps, isReady, now: Date.now });
  };
  const pages = backupPage(backupDeps(deps), healthPages(readiness, metricsPage({ ...deps, metrics })));
  return deps.dashboard === true ? dashboardPage(deps, pages) : pages;
};

const backupDeps = ({ engine, queues, dataDir, ...deps }: ServerPagesDeps): BackupPageDeps => ({
  addressOf: (request) => arrivalOf(request, deps.trustedProxies).clientAddress,
  authenticate: (address, token) => deps.wrongKeys.from(address).authenticate(token),
  begin: (principal) => beginBackup({ engine, dataDir, queues, now: Date.now }, principal),
  audit: deps.audit,
  onError: deps.onError,
});

const problemsOf = (engine: Engine, publishGate: PublishGate): ReturnType<Readiness> => {
  const fault = engine.fault();
  return [
    ...(publishGate.draining ? [{ check: 'server', problem: 'shutting down' }] : []),
    ...(fault === undefined ? [] : [{ check: 'storage', problem: shownFault(fault) }]),
  ];
};
