import type { Contract } from '@typed-queue/contracts';
import type { Logger } from 'pino';
import { storedQueuesOf } from './calls/durable/call-logs.js';
import type { ServerClock } from './engine/clocks.js';
import { storedQueues } from './engine/disk/data-folder.js';
import { openDiskEngine, type DiskDurability, type DiskOptions } from './engine/disk/open-disk-engine.js';
import type { Engine } from './engine/engine.js';
import type { LocalOptions, StoredQueue } from './engine/local-options.js';
import { openMemoryEngine } from './engine/memory/open-memory-engine.js';
import type { SeenLease } from './engine/nats/lease.js';
import { openNatsEngine } from './engine/nats/open-nats-engine.js';
import { openRedisEngine } from './engine/redis/open-redis-engine.js';
import type { StoreTls } from './engine/remote/store-tls.js';
import { engineErrors } from './operator-log/engine-errors.js';
import { warnOnce } from './operator-log/warn-once.js';
import { storageLog } from './operator-log/storage-log.js';
import type { FlushCounts } from './metrics/flush-counts.js';
import { SCHEDULE_LOG } from './schedule/schedule-records.js';

/** Where queues and groups are kept. */
export type Storage =
  /** In a folder. One server owns it at a time. */
  | {
      readonly storage?: 'disk' | undefined;
      readonly dataDir: string;
      /** What receipts say: `memory` when the folder is wiped with the machine. Default `disk`. */
      readonly durability?: DiskDurability | undefined;
    }
  /** In memory: all of it is gone with the server. */
  | { readonly storage: 'memory'; readonly dataDir?: undefined }
  /** In Redis, which one server owns at a time; another one waits. */
  | ({
      readonly storage: 'redis';
      /** `redis://` or `rediss://`. */
      readonly redisUrl: string;
      /** Of `rediss://`. */
      readonly redisTls?: StoreTls | undefined;
      /** Begins all keys, `tq:{prefix}:…`: servers of different prefixes share one Redis. Default `queue`. */
      readonly redisPrefix?: string | undefined;
      readonly dataDir?: undefined;
    } & Ownership)
  /** In NATS JetStream, which one server owns at a time; another one waits. */
  | ({
      readonly storage: 'nats';
      /** `nats://` or `tls://`, with the hosts of a cluster separated by commas. */
      readonly natsUrl: string;
      /** Of `tls://`. */
      readonly natsTls?: StoreTls | undefined;
      /** The text of a credentials file. Default: what the URL has. */
      readonly natsCredentials?: string | undefined;
      /** Begins all names: servers of different prefixes share one NATS. Default `queue`. */
      readonly natsPrefix?: string | undefined;
      /** Of each stream: 1, 3 or 5. Default: 3 in a cluster of at least three servers, else 1. */
      readonly natsReplicas?: number | undefined;
      /** Whether all servers on it serve, each of them some of the queues; else one has all, and the others wait. Default true. */
      readonly natsSpread?: boolean | undefined;
      readonly dataDir?: undefined;
    } & Ownership);

/** Of a store that one server owns at a time. */
interface Ownership {
  /** Called when another server owns what is stored, or the store lacks some of it: the server must end. */
  readonly onLost?: ((error: Error) => void) | undefined;
  /** Ends waiting for another server that owns the data: the start rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

type EngineOptions = Partial<Omit<DiskOptions, 'dir' | 'queues'>>;

export interface EngineSettings {
  /** How many groups a queue may have before it takes no new one. Default 1,000. */
  readonly maxGroups?: number | undefined;
  /** Steers leases, retries, retention and expiry in tests. Default: the clocks of the machine. */
  readonly clock?: ServerClock | undefined;
  /** Options of the engine beside those above: what the program adds, and what steers it in tests. */
  readonly engine?: EngineOptions | undefined;
}

/** What is said about the engine: to the operator, and in metrics. */
interface Watching {
  readonly logger: Logger;
  readonly flushes: FlushCounts;
  /** Called when another server owns the data. The start fails with it. */
  readonly onWaiting: () => Promise<void>;
  /** What this server saw before of the lease of who owns the data in NATS, by `steadyNow`. */
  readonly seenLease?: SeenLease | undefined;
}

/** All that a server stores. */
const engineQueuesOf = (contract: Contract): readonly StoredQueue[] => [
  ...storedQueuesOf(contract),
  SCHEDULE_LOG,
];

/** Opens the engine of a server. @throws QueueError `data_dir_in_use`, `journal_unsupported` */
export const openEngine = async (
  options: Storage & EngineSettings,
  contract: Contract,
  watching: Watching,
): Promise<Engine> => {
  const { logger, flushes } = watching;
  const engine = {
    ...(options.maxGroups === undefined ? {} : { maxGroups: options.maxGroups }),
    ...options.clock,
    ...options.engine,
  };
  const queues = engineQueuesOf(contract);
  if (options.storage === 'memory') return openMemoryEngine({ ...engine, queues });
  if (options.storage === 'redis') return openInRedis(options, { ...engine, queues }, watching);
  if (options.storage === 'nats') return openInNats(options, { ...engine, queues }, watching);
  const { dataDir, durability = 'disk' } = options;
  await warnOfUnserved(dataDir, contract, logger);
  const watched = { log: storageLog(logger), onError: engineErrors(logger), measured: flushes.add };
  return openDiskEngine({ ...watched, durability, ...engine, dir: dataDir, queues });
};

/** What an engine in a store that one server owns at a time takes, whichever it is. */
const owningOptions = (
  store: string,
  { signal, onLost = () => undefined }: Ownership,
  { logger, flushes, onWaiting }: Watching,
) => ({
  log: storageLog(logger),
  onError: engineErrors(logger),
  measured: flushes.add,
  onWaiting,
  onRenewed: () =>
    logger.error(`${store} may have lost messages that it had acknowledged: every queue has a new epoch`),
  onLost,
  ...(signal === undefined ? {} : { signal }),
  onUnserved: (queues: readonly string[]) => warnOf(queues, logger),
});

type StoreEngineOptions = LocalOptions & Pick<EngineOptions, 'onFrameBytes'>;

const openInRedis = async (
  storage: Storage & { readonly storage: 'redis' },
  options: StoreEngineOptions,
  watching: Watching,
): Promise<Engine> => {
  const engine = await openRedisEngine({
    ...owningOptions('Redis', storage, watching),
    ...options,
    url: storage.redisUrl,
    tls: storage.redisTls,
    prefix: storage.redisPrefix,
  });
  if (engine.durability === 'memory') warnOnce(watching.logger, RECEIPTS_SAY_MEMORY);
  return engine;
};

const openInNats = async (
  storage: Storage & { readonly storage: 'nats' },
  options: StoreEngineOptions,
  watching: Watching,
): Promise<Engine> => {
  const { logger, seenLease } = watching;
  const engine = await openNatsEngine({
    ...owningOptions('NATS', storage, watching),
    onChangedStream: (stream, differences) =>
      logger.warn({ stream, differences }, `the stream ${stream} is not as this server made it`),
    ...options,
    url: storage.natsUrl,
    tls: storage.natsTls,
    credentials: storage.natsCredentials,
    prefix: storage.natsPrefix,
    replicas: storage.natsReplicas,
    seenLease,
  });
  if (engine.durability === 'memory') warnOnce(logger, NOT_REPLICATED);
  return engine;
};

const RECEIPTS_SAY_MEMORY =
  'receipts say "memory": Redis does not say that it flushes its file before it answers (appendonly yes, appendfsync always)';

const NOT_REPLICATED =
  'receipts say "memory": JetStream acknowledges before its files are flushed, and one machine alone has them. Run a cluster of three, with NATS_REPLICAS=3';

/** Logs which queues are on disk and in no contract: no client can reach them. */
const warnOfUnserved = async (dataDir: string, contract: Contract, logger: Logger): Promise<void> => {
  const served = new Set(engineQueuesOf(contract).map(({ name }) => name));
  const queues = (await storedQueues(dataDir)).filter((name) => !served.has(name));
  if (queues.length > 0) warnOf(queues, logger);
};

const warnOf = (queues: readonly string[], logger: Logger): void =>
  logger.warn({ queues }, `queues that the contract lacks are kept, but not served: ${queues.join(', ')}`);
