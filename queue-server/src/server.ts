import { contract as systemContract, type Contract } from '@typed-queue/contracts';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino, type Logger } from 'pino';
import { Delivery } from './delivery/delivery.js';
import { Intake } from './delivery/intake.js';
import { openEmbeddedEngine, type EmbeddedOptions } from './engine/embedded/open-embedded-engine.js';
import { storedQueues } from './engine/embedded/stored-queues.js';
import type { Engine } from './engine/engine.js';
import { openMemoryEngine } from './engine/memory/open-memory-engine.js';
import { Guard } from './guard/guard.js';
import { storageLog } from './storage-log.js';
import { healthPages } from './transport/health.js';
import { serveSockets } from './transport/socket-server.js';

/** Where queues and groups are kept. */
export type Storage =
  /** In a folder. One server owns it at a time. */
  | { readonly storage?: 'embedded'; readonly dataDir: string }
  /** In memory: all of it is gone with the server. */
  | { readonly storage: 'memory'; readonly dataDir?: undefined };

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
  /** How long a closing server waits for the outcomes of what is in flight, in milliseconds. Default 20 s. */
  readonly drainMs?: number;
  /** Default: silent. */
  readonly logger?: Logger;
  /** Steers the engine in tests. */
  readonly engine?: Partial<Omit<EmbeddedOptions, 'dir' | 'queues'>>;
}

export type QueueServerOptions = ServingOptions & Storage;

export interface QueueServer {
  /** Where clients connect to. */
  readonly url: string;
  /** Refuses publishes, stops delivering, waits for outcomes, releases the rest uncounted, flushes and closes. */
  close(): Promise<void>;
}

const DRAIN_STEP_MS = 20;

/**
 * Starts a queue server; resolves when it listens.
 * @throws QueueError `data_dir_in_use`, `journal_unsupported`; an Error with a `code` when the port is taken
 */
export const startQueueServer = async (options: QueueServerOptions): Promise<QueueServer> => {
  const { contract = systemContract, logger = pino({ level: 'silent' }), host = '127.0.0.1' } = options;
  const engine = await openEngine(options, contract, logger);
  const onError = (err: unknown): void => {
    logger.error({ err }, 'a failure that should not happen');
  };
  const intake = new Intake(engine);
  const delivery = new Delivery(engine, onError);
  const http = createServer(healthPages(() => problemsOf(engine, intake)));
  const io = serveSockets({
    ...{ http, guard: new Guard(contract), intake, delivery, onError },
    keys: options.keys ?? [],
    origins: options.origins ?? [],
    onConnection: (event, client, reason) => {
      logger.debug({ client, reason }, `client ${event}`);
    },
  });
  const address = await listen(http, host, options.port ?? 0).catch(async (error: unknown) => {
    await engine.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    await drain(intake, delivery, () => io.emit('draining'), options.drainMs ?? 20_000);
    await io.close();
    await engine.close();
    logger.info('closed');
  };
  let closed: Promise<void> | undefined;
  return { url: `http://${urlHost(host)}:${address.port}`, close: () => (closed ??= close()) };
};

const openEngine = async (
  { storage, dataDir, engine }: QueueServerOptions,
  contract: Contract,
  logger: Logger,
): Promise<Engine> => {
  const queues = Object.keys(contract);
  if (storage === 'memory') return openMemoryEngine({ ...engine, queues });
  await warnOfUnserved(dataDir, contract, logger);
  return openEmbeddedEngine({
    log: storageLog(logger),
    onError: (err) => {
      logger.error({ err }, 'the engine could not write an outcome down');
    },
    ...engine,
    dir: dataDir,
    queues,
  });
};

/** Says which queues are on disk and in no contract: nobody can reach them. */
const warnOfUnserved = async (dataDir: string, contract: Contract, logger: Logger): Promise<void> => {
  const queues = (await storedQueues(dataDir)).filter((name) => !Object.hasOwn(contract, name));
  if (queues.length === 0) return;
  logger.warn({ queues }, `queues that the contract lacks are kept, but not served: ${queues.join(', ')}`);
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
