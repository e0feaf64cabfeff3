import type { Contract } from '@typed-queue/contracts';
import { arrivalOf } from '@typed-queue/program';
import type { RequestListener } from 'node:http';
import type { WrongKeys } from './access/wrong-keys.js';
import { beginBackup } from './backup/server-backup.js';
import type { PublishGate } from './delivery/publish-gate.js';
import type { Engine } from './engine/engine.js';
import type { OperatorLog } from './operator-log/operator-log.js';
import { backupPage } from './transport/backup-page.js';
import { healthPages, shownFault } from './transport/health.js';

export interface HttpPagesDeps {
  readonly engine: Engine;
  readonly contract: Contract;
  readonly wrongKeys: WrongKeys;
  readonly log: OperatorLog;
  readonly publishGate: PublishGate;
  /** Undefined: everything is in memory. */
  readonly dataDir?: string | undefined;
  /** Default 0. */
  readonly trustedProxies?: number | undefined;
}

/** What a server answers over HTTP, beside Socket.IO. */
export const httpPages = ({
  engine,
  contract,
  wrongKeys,
  log,
  publishGate,
  dataDir,
  trustedProxies = 0,
}: HttpPagesDeps): RequestListener =>
  backupPage(
    {
      addressOf: (request) => arrivalOf(request, trustedProxies).clientAddress,
      authenticate: (address, token) => wrongKeys.from(address).authenticate(token),
      begin: (principal) =>
        beginBackup({ engine, dataDir, queues: Object.keys(contract), now: Date.now }, principal),
      audit: log.audit,
      onError: log.failure,
    },
    healthPages(() => problemsOf(engine, publishGate)),
  );

const problemsOf = (engine: Engine, publishGate: PublishGate): { check: string; problem: string }[] => {
  const fault = engine.fault();
  return [
    ...(publishGate.draining ? [{ check: 'server', problem: 'shutting down' }] : []),
    ...(fault === undefined ? [] : [{ check: 'storage', problem: shownFault(fault) }]),
  ];
};
