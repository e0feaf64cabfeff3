import { contract as systemContract, type QueueError } from '@typed-queue/contracts';
import { Authenticator, unrefAfter, type Metric } from '@typed-queue/program';
import { pino } from 'pino';
import { refuseOpen } from '../../access/openness.js';
import { withCallLogs } from '../../calls/durable/call-logs.js';
import { clientAccess, clientDeps } from '../../client-access.js';
import { Guard } from '../../guard/guard.js';
import { limitsOf } from '../../limits.js';
import { OperatorLog } from '../../operator-log/operator-log.js';
import { reload } from '../../reload.js';
import { DEFAULT_DRAIN_MS, DEFAULT_HOST, type ServingOptions } from '../../server-options.js';
import { listen } from '../../transport/http-server.js';
import { openHttp } from '../../transport/open-http.js';
import { serveSockets } from '../../transport/socket-server.js';
import type { FrontClientDeps } from './front-client.js';
import { FrontClients } from './front-clients.js';
import { FrontDecoder } from './front-decoder.js';
import { frontPages } from './front-pages.js';
import { Reachability } from './reachability.js';

/** What a front knows of the units behind it. */
export interface FrontUnits extends Pick<FrontClientDeps, 'links'> {
  /** Those of this process, whose metrics it shows. */
  readonly units: () => readonly { metrics(): Promise<readonly Metric[]> }[];
  /** Why a backup is refused. */
  readonly noBackup: () => QueueError;
}

export interface Front {
  /** Where clients connect to. */
  readonly url: string;
  /** Reads the keys file and the certificate again. A failure is logged, and the former stays in use. */
  reload(): Promise<void>;
  /**
   * Is not ready any more. Resolves when its clients have done what they had begun, or after a while, as a server without
   * a front does.
   */
  drain(): Promise<void>;
  /** Disconnects all clients: they go on elsewhere. */
  close(): Promise<void>;
}

/**
 * Starts what clients of a cluster connect to; resolves when it listens.
 * @throws QueueError `request_invalid` for a `host` that others reach without keys; an Error with a `code` when the port
 * is taken
 */
export const startFront = async (options: ServingOptions, behind: FrontUnits): Promise<Front> => {
  const { logger = pino({ level: 'silent' }), host = DEFAULT_HOST, port = 0, tls } = options;
  refuseOpen({ ...options, host });
  const running = await run(options, behind, new OperatorLog(logger));
  const url = await listen(running.http, { host, port, tls }).catch((error: unknown) => {
    running.reachability.close();
    running.log.close();
    throw error;
  });
  running.http.on('error', running.log.connections.onAcceptError);
  let closed: Promise<void> | undefined;
  return {
    url,
    reload: () => reload(running, tls),
    drain: () => running.clients.drain(options.drainMs ?? DEFAULT_DRAIN_MS),
    close: () => (closed ??= close(running)),
  };
};

/** Puts the front together, but nobody can connect yet. */
const run = async (options: ServingOptions, { links, ...behind }: FrontUnits, log: OperatorLog) => {
  const { contract = systemContract, after = unrefAfter, dashboard = false } = options;
  const authenticator = options.authenticator ?? (await Authenticator.open({ tokens: options.keys }));
  const queues = Object.keys(contract);
  const reachability = new Reachability({ queues, links, after });
  const shared = clientDeps(log, authenticator, options);
  const deps = {
    ...shared,
    queues,
    contract,
    links: reachability.links,
    problems: reachability.problems,
    connections: (): number => io.of('/').sockets.size,
    after,
  };
  const clients = new FrontClients(deps);
  const shown = { ...deps, ...behind, reachability, dashboard, isClosing: () => clients.isDraining };
  const { http, tlsHandshakes } = openHttp(frontPages(shown), limitsOf(options), options.tls);
  const { io, reviewPrincipals } = serveSockets({
    ...shared,
    ...clientAccess(options, authenticator),
    ...log.connections,
    http,
    guard: new Guard(withCallLogs(contract), { sizes: limitsOf(options) }),
    decoder: FrontDecoder,
    onConnection: log.connection,
    serve: (connection) => clients.serve(connection),
  });
  return { http, tlsHandshakes, io, log, authenticator, reviewPrincipals, reachability, clients };
};

const close = async (running: Awaited<ReturnType<typeof run>>): Promise<void> => {
  const { http, tlsHandshakes, io, log, reachability, clients } = running;
  void clients.drain(0);
  reachability.close();
  clients.draining();
  // It is written by then.
  await new Promise((resolve) => setImmediate(resolve));
  const closed = io.close();
  // A connection that has sent no request, or half of one, would stay open for ever.
  http.closeAllConnections();
  tlsHandshakes?.abort();
  await closed;
  log.close();
};
