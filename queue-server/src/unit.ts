import { pino } from 'pino';
import type { SeenLease } from './engine/nats/lease.js';
import { openInnerServer, type InnerServer } from './inner-server.js';
import { openEngine, type Storage } from './open-engine.js';
import type { ServingOptions } from './server-options.js';

/** Those of where a server listens, and who may reach it, are the front's. */
export type UnitOptions = Omit<
  ServingOptions,
  'host' | 'port' | 'origins' | 'allowedHosts' | 'auth' | 'trustedProxies' | 'dashboard' | 'tls'
> &
  Storage & {
    /** What this server saw before of the lease of its queue. */
    readonly seenLease?: SeenLease | undefined;
  };

/** A queue server of one queue without a port: its connections are streams. */
export type Unit = Pick<InnerServer, 'accept' | 'metrics' | 'isIdle' | 'reviewPrincipals' | 'close' | 'kill'>;

/** Its clients come through fronts, which pass on their addresses, and which have admitted them. */
const THROUGH_FRONTS = {
  trustedProxies: 1,
  maxConnections: Number.MAX_SAFE_INTEGER,
  maxConnectionsPerAddress: Number.MAX_SAFE_INTEGER,
};

/** Starts a unit: resolves when it owns its store, and accepts streams. @throws as `startQueueServer` */
export const startUnit = async (options: UnitOptions): Promise<Unit> => {
  const { seenLease, ...serving } = options;
  const { logger = pino({ level: 'silent' }) } = serving;
  const onWaiting = () => Promise.resolve();
  return openInnerServer(
    { ...serving, ...THROUGH_FRONTS },
    {
      logger,
      isBehindFronts: true,
      openEngine: (contract, flushes) =>
        openEngine(serving, contract, { logger, flushes, onWaiting, seenLease }),
    },
  );
};
