import type { Contract, Durability } from '@typed-queue/contracts';
import type { Logger } from 'pino';
import { storedQueuesOf } from './calls/durable/call-logs.js';
import type { ServerClock } from './engine/clocks.js';
import { storedQueues } from './engine/disk/data-folder.js';
import { openDiskEngine, type DiskOptions } from './engine/disk/open-disk-engine.js';
import type { Engine } from './engine/engine.js';
import type { LocalOptions, StoredQueue } from './engine/local-options.js';
import { openMemoryEngine } from './engine/memory/open-memory-engine.js';
import { openRedisEngine } from './engine/redis/open-redis-engine.js';
import type { StoreTls } from './engine/remote/store-tls.js';
import { engineErrors } from './operator-log/engine-errors.js';
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
      readonly durability?: Durability | undefined;
    }
  /** In memory: all of it is gone with the server. */
  | { readonly storage: 'memory'; readonly dataDir?: undefined }
  /** In Redis, which one server owns at a time; another one waits. */
  | {
      readonly storage: 'redis';
      /** `redis://` or `rediss://`. */
      readonly redisUrl: string;
      /** Of `rediss://`. */
      readonly redisTls?: StoreTls | undefined;
      /** Begins all keys, `tq:{prefix}:…`: servers of different prefixes share one Redis. Default `queue`. */
      readonly redisPrefix?: string | undefined;
      /** Called when another server owns what is stored, or Redis lacks some of it: the server must end. */
      readonly onLost?: ((error: Error) => void) | undefined;
      /** Ends waiting for another server that owns the data: the start rejects with its reason. */
      readonly signal?: AbortSignal | undefined;
      readonly dataDir?: undefined;
    };

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
  const { dataDir, durability = 'disk' } = options;
  await warnOfUnserved(dataDir, contract, logger);
  const watched = { log: storageLog(logger), onError: engineErrors(logger), measured: flushes.add };
  return openDiskEngine({ ...watched, durability, ...engine, dir: dataDir, queues });
};

const openInRedis = async (
  {
    redisUrl: url,
    redisTls: tls,
    redisPrefix: prefix,
    signal,
    onLost = () => undefined,
  }: Storage & { readonly storage: 'redis' },
  options: LocalOptions & Pick<EngineOptions, 'onFrameBytes'>,
  { logger, flushes, onWaiting }: Watching,
): Promise<Engine> => {
  const engine = await openRedisEngine({
    log: storageLog(logger),
    onError: engineErrors(logger),
    measured: flushes.add,
    onWaiting,
    onRenewed: () =>
      logger.error('Redis may have lost messages that it had acknowledged: every queue has a new epoch'),
    onLost,
    ...(signal === undefined ? {} : { signal }),
    onUnserved: (queues) => warnOf(queues, logger),
    ...options,
    url,
    tls,
    prefix,
  });
  if (engine.durability === 'memory') logger.warn(RECEIPTS_SAY_MEMORY);
  return engine;
};

const RECEIPTS_SAY_MEMORY =
  'receipts say "memory": Redis does not say that it flushes its file before it answers (appendonly yes, appendfsync always)';

/** Logs which queues are on disk and in no contract: no client can reach them. */
const warnOfUnserved = async (dataDir: string, contract: Contract, logger: Logger): Promise<void> => {
  const served = new Set(engineQueuesOf(contract).map(({ name }) => name));
  const queues = (await storedQueues(dataDir)).filter((name) => !served.has(name));
  if (queues.length > 0) warnOf(queues, logger);
};

const warnOf = (queues: readonly string[], logger: Logger): void =>
  logger.warn({ queues }, `queues that the contract lacks are kept, but not served: ${queues.join(', ')}`);
