import { pino } from 'pino';
import type { Engine } from './engine/engine.js';
import { everybodyMay, refuseOpen } from './access/openness.js';
import { openInnerServer, type InnerServer } from './inner-server.js';
import { openEngine } from './open-engine.js';
import { DEFAULT_HOST, type QueueServerOptions } from './server-options.js';
import { Standby } from './standby.js';
import { listen } from './transport/http-server.js';

export interface QueueServer {
  /** Where clients connect to. */
  readonly url: string;
  /** Reads the keys file and the certificate again. A failure is logged, and the former stays in use. */
  reload(): Promise<void>;
  /** Refuses publishes, stops delivering, waits for outcomes, releases the rest uncounted, flushes and closes. */
  close(): Promise<void>;
}

/** A server in the hands of a test. */
export interface StartedServer extends QueueServer {
  /** Whether members hold no messages, and all outcomes are durable. */
  isIdle(): boolean;
  /** Cuts all connections and sends nothing more, as a killed process. What the engine owns stays open. */
  kill(): Promise<void>;
}

/**
 * Starts a queue server; resolves when it listens.
 * @throws QueueError `request_invalid` for options that are unknown, wrong or contradictory, and for a `host` that others
 * reach without keys; `contract_invalid` for asynchronous schemas, `data_dir_in_use`, `journal_unsupported`; an Error with
 * a `code` when the port is taken
 */
export const startQueueServer = async (options: QueueServerOptions): Promise<QueueServer> => {
  // The program has checked its configuration already, and does not load this.
  const { checkServerOptions } = await import('./option-check.js');
  await checkServerOptions(options);
  const { auth, host = DEFAULT_HOST, logger } = options;
  if (auth === 'none') logger?.warn(everybodyMay("auth: 'none'", host));
  return startServer(options);
};

/**
 * The same with options that were checked: for the program, and for the test kit, where `around` puts something between
 * the engine and everything that uses it.
 */
export const startServer = async (
  options: QueueServerOptions,
  around: (engine: Engine) => Engine = (engine) => engine,
): Promise<StartedServer> => {
  const server = await start(options, around);
  let closed: Promise<void> | undefined;
  return {
    ...server,
    close: () => (closed ??= server.close().then(() => options.logger?.info('closed'))),
  };
};

const start = async (
  options: QueueServerOptions,
  around: (engine: Engine) => Engine,
): Promise<StartedServer> => {
  if (options.storage === 'nats' && options.natsSpread !== false) {
    const { startClusterServer } = await import('./cluster/start-cluster-server.js');
    return startClusterServer(options);
  }
  const { logger = pino({ level: 'silent' }), host = DEFAULT_HOST } = options;
  refuseOpen({ ...options, host });
  const standby = new Standby(options, logger);
  const server = await openInnerServer(options, {
    logger,
    openEngine: async (contract, flushes) =>
      around(
        await standby.during((onWaiting) => openEngine(options, contract, { logger, flushes, onWaiting })),
      ),
  });
  const url = await listening(server, { host, port: standby.port ?? options.port ?? 0, tls: options.tls });
  const { reload, close, isIdle, kill } = server;
  return { url, reload, close, isIdle, kill };
};

/** Resolves with its URL when it listens; ends it when it cannot. */
const listening = async (server: InnerServer, place: Parameters<typeof listen>[1]): Promise<string> => {
  const url = await listen(server.http, place).catch(async (error: unknown) => {
    await server.abandon();
    throw error;
  });
  // Such as a shortage of descriptors: the client loses its connection, and the server goes on.
  server.http.on('error', server.log.connections.onAcceptError);
  return url;
};
