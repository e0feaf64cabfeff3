import { contract as systemContract, type Contract } from '@typed-queue/contracts';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino, type Logger } from 'pino';
import { MemoryBudget } from './access/budget.js';
import { Administration } from './delivery/administration.js';
import { Delivery } from './delivery/delivery.js';
import { GroupExpiry } from './delivery/group-expiry.js';
import { Intake } from './delivery/intake.js';
import { Tails } from './delivery/tailing/tails.js';
import { systemTimers } from './engine/alarm.js';
import type { Engine } from './engine/engine.js';
import { Guard } from './guard/guard.js';
import { openEngine, type EngineOptions, type Storage } from './open-engine.js';
import { servedContracts } from './stored-contracts.js';
import { healthPages } from './transport/health.js';
import { serveSockets } from './transport/socket-server.js';

export interface ServingOptions {
  /** Default: the system's own contract. */
  readonly contract?: Contract;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any that is free. */
  readonly port?: number;
  /** Each client must show one of them as its token. Default: whoever reaches the server may connect. */
  readonly keys?: readonly string[];
  /** Browser origins that may connect. Default: none. */
  readonly origins?: readonly string[];
  /** What all connections together may use, in bytes. Default 256 MiB. */
  readonly memoryBudget?: number;
  /** How long a closing server waits for the outcomes of what is in flight, in milliseconds. Default 20 s. */
  readonly drainMs?: number;
  /** Default: silent. */
  readonly logger?: Logger;
  /** Steers the engine in tests. */
  readonly engine?: EngineOptions;
}

export type { Storage } from './open-engine.js';

export type QueueServerOptions = ServingOptions & Storage;

export interface QueueServer {
  /** Where clients connect to. */
  readonly url: string;
  /** Refuses publishes, stops delivering, waits for outcomes, releases the rest uncounted, flushes and closes. */
  close(): Promise<void>;
}

const DRAIN_STEP_MS = 20;
const DEFAULT_MEMORY_BUDGET = 256 * 1024 * 1024;

/**
 * Starts a queue server; resolves when it listens.
 * @throws QueueError `data_dir_in_use`, `journal_unsupported`; an Error with a `code` when the port is taken
 */
export const startQueueServer = async (options: QueueServerOptions): Promise<QueueServer> => {
  const { contract = systemContract, logger = pino({ level: 'silent' }), host = '127.0.0.1' } = options;
  const engine = await openEngine(options, contract, logger);
  const running = await run(engine, contract, logger, options);
  const address = await listen(running.http, host, options.port ?? 0).catch(async (error: unknown) => {
    running.expiry.stop();
    await engine.close();
    throw error;
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= stop(running, engine, logger, options.drainMs ?? 20_000));
  return { url: `http://${urlHost(host)}:${address.port}`, close };
};

/** Puts the server together: everything runs, but nobody can connect yet. */
const run = async (engine: Engine, contract: Contract, logger: Logger, options: ServingOptions & Storage) => {
  const onError = (err: unknown): void => {
    logger.error({ err }, 'a failure that should not happen');
  };
  const intake = new Intake(engine);
  const servedContract = await servedContracts(contract, engine, options.dataDir, (err) => {
    logger.warn(
      { err },
      'could not write down what queues are served by: consumers validate more than they need',
    );
  });
  const parts = delivering(engine, Object.keys(contract), onError);
  const http = createServer(healthPages(() => problemsOf(engine, intake)));
  const io = serveSockets({
    ...{ http, guard: new Guard(contract), intake, ...parts, servedContract, onError },
    budget: new MemoryBudget(options.memoryBudget ?? DEFAULT_MEMORY_BUDGET),
    keys: options.keys ?? [],
    origins: options.origins ?? [],
    onConnection: (event, client, reason) => {
      logger.debug({ client, reason }, `client ${event}`);
    },
    onCut: (client, unsentBytes) => {
      logger.warn({ client, unsentBytes }, 'a client does not read what it is sent, and was cut off');
    },
  });
  return { http, io, intake, ...parts };
};

/** Everything between the engine and the connections. */
const delivering = (engine: Engine, queues: readonly string[], onError: (error: unknown) => void) => {
  const tails = new Tails(engine, onError);
  const delivery = new Delivery({
    ...{ engine, tails, onError },
    onLeft: (queue, group) => expiry.left(queue, group),
  });
  const expiry = new GroupExpiry({
    ...{ engine, queues, now: Date.now, timers: systemTimers, onError },
    used: (queue, group) => delivery.members(queue, group).length > 0,
  });
  const administration = new Administration({ engine, delivery, tails, queues, now: Date.now });
  return { tails, delivery, expiry, administration };
};

const stop = async (
  { http, io, intake, delivery, expiry }: Awaited<ReturnType<typeof run>>,
  engine: Engine,
  logger: Logger,
  drainMs: number,
): Promise<void> => {
  expiry.stop();
  await drain(intake, delivery, () => io.emit('draining'), drainMs);
  const closed = io.close();
  // A connection that has sent no request, or half of one, would keep the server waiting for ever.
  http.closeAllConnections();
  await closed;
  await engine.close();
  logger.info('closed');
};

const listen = (http: ReturnType<typeof createServer>, host: string, port: number): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      // Safe: a server that listens on a port has an address of this kind.
      resolve(http.address() as AddressInfo);
    });
  });

const problemsOf = (engine: Engine, intake: Intake): { check: string; problem: string }[] => {
  const trouble = engine.trouble();
  return [
    ...(intake.draining ? [{ check: 'server', problem: 'shutting down' }] : []),
    ...(trouble === undefined ? [] : [{ check: 'storage', problem: trouble.message }]),
  ];
};

/** Takes and hands out nothing more; resolves when what is at members came back, or the time is over. */
const drain = async (
  intake: Intake,
  delivery: Delivery,
  tell: () => void,
  drainMs: number,
): Promise<void> => {
  const end = Date.now() + drainMs;
  delivery.stop();
  await intake.drain();
  tell();
  while (delivery.unsettled() > 0 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, DRAIN_STEP_MS));
  }
};

const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
