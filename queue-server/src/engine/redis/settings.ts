import { QueueError, type Durability } from '@typed-queue/contracts';
import { fieldsOf, textOf } from './answer.js';
import type { RedisConnection } from './connection.js';

/** What is known of a process of Redis. What it does not tell is undefined. */
export interface RedisSettings {
  readonly version: string;
  /** Of this process: after each start another one. */
  readonly runId: string;
  /** Of its data: another one after it took the place of a master. */
  readonly replicationId: string;
  /** It was a replica before, and may lack what its master had acknowledged. */
  readonly isPromoted: boolean;
  /** `disk` when it flushes its file before it answers. */
  readonly durability: Durability;
  /** What it does when its memory is full; undefined when its memory has no limit. */
  readonly evictionPolicy: string | undefined;
}

const NO_REPLID = /^0*$/;

/** Asks Redis. Where it refuses to tell its configuration, as managed ones do, it is taken to keep nothing on a disk. */
export const askSettings = async (connection: Pick<RedisConnection, 'call'>): Promise<RedisSettings> => {
  const configured = await connection
    .call('CONFIG', ['GET', '*append*'])
    .then(fieldsOf)
    .catch(() => new Map<string, string>());
  const info = await infoOf(connection);
  const isFlushed =
    configured.get('appendonly') === 'yes' &&
    configured.get('appendfsync') === 'always' &&
    // Else nothing is flushed while the file is rewritten.
    configured.get('no-appendfsync-on-rewrite') !== 'yes';
  const maxMemory = Number(info.get('maxmemory') ?? 0);
  return {
    version: info.get('redis_version') ?? '',
    runId: info.get('run_id') ?? '',
    replicationId: info.get('master_replid') ?? '',
    isPromoted: !NO_REPLID.test(info.get('master_replid2') ?? ''),
    durability: isFlushed ? 'disk' : 'memory',
    evictionPolicy: maxMemory > 0 ? info.get('maxmemory_policy') : undefined,
  };
};

const infoOf = async (connection: Pick<RedisConnection, 'call'>): Promise<ReadonlyMap<string, string>> => {
  const lines = textOf(await connection.call('INFO', [])).split('\r\n');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
};

const MIN_MAJOR = 7;

/** @throws QueueError `config_invalid` for a Redis that is too old, or removes data by itself */
export const refuseUnfit = (settings: RedisSettings): void => {
  const { version, evictionPolicy } = settings;
  if (Number.parseInt(version) < MIN_MAJOR)
    throw new QueueError('config_invalid', `Redis ${version} is too old: Redis 7.0 or later is needed.`, {
      details: { version },
    });
  if (!removesData(settings)) return;
  throw new QueueError(
    'config_invalid',
    `Redis removes data when its memory is full (maxmemory-policy ${evictionPolicy}): messages would be lost. ` +
      'Change it: redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf. On Heroku: heroku redis:maxmemory --policy noeviction.',
    { details: { evictionPolicy } },
  );
};

export const removesData = ({ evictionPolicy }: RedisSettings): boolean =>
  evictionPolicy !== undefined && evictionPolicy !== 'noeviction';

/** What the owner before knew of Redis, as it noted it. */
const NOTED = { runId: 'run_id', replicationId: 'replid', durability: 'durability', lost: 'lost' } as const;

/** What the next owner has to know. */
export const noteOf = ({ runId, replicationId, durability }: RedisSettings): readonly string[] => [
  NOTED.runId,
  runId,
  NOTED.replicationId,
  replicationId,
  NOTED.durability,
  durability,
  NOTED.lost,
  '0',
];

/** That Redis lacks what it had acknowledged. */
export const LOSS_NOTE: readonly string[] = [NOTED.lost, '1'];

/** Whether Redis may lack what it acknowledged to an owner before: what that one noted, and what it is now. */
export const mayHaveLost = (noted: ReadonlyMap<string, string>, now: RedisSettings): boolean => {
  const runId = noted.get(NOTED.runId);
  if (noted.get(NOTED.lost) === '1') return true;
  // Nobody ever owned it, or an owner before could not note anything.
  if (runId === undefined) return noted.size > 0;
  if (runId === now.runId) return (noted.get(NOTED.replicationId) ?? now.replicationId) !== now.replicationId;
  return noted.get(NOTED.durability) !== 'disk' || now.durability !== 'disk' || now.isPromoted;
};
