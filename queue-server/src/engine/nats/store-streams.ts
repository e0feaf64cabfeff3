import type { StreamInfo } from '@nats-io/jetstream';
import { QueueError } from '@typed-queue/contracts';
import { unrefAfter } from '@typed-queue/program';
import { queuesIn } from '../remote/journal-name.js';
import { isOfUnit, StreamNames } from './nats-names.js';
import { patiently } from './patience.js';
import type { StreamStore } from './stream-store.js';

type Listing = Pick<StreamStore, 'jsm' | 'prefix'>;

const listed = ({ jsm }: Listing): Promise<readonly StreamInfo[]> =>
  patiently(async () => {
    const streams: StreamInfo[] = [];
    for await (const stream of jsm.streams.list()) streams.push(stream);
    return streams;
  }, unrefAfter);

/**
 * The streams of all journals of a store.
 * @throws QueueError `config_invalid` where the data is that of servers that all serve
 */
export const storedJournals = async (store: Listing): Promise<readonly StreamInfo[]> => {
  const streams = await listed(store);
  if (streams.some(({ config }) => isOfUnit(store.prefix, config.name)))
    throw otherLayout(store.prefix, 'of which all serve', 'Start it without NATS_SPREAD=false');
  return streams.filter(({ config }) => StreamNames.journalOf(store.prefix, config.name) !== undefined);
};

/** @throws QueueError `config_invalid` where the data of a prefix is that of one server that serves */
export const refuseOneServer = async (store: Listing): Promise<void> => {
  const streams = await listed(store);
  if (streams.some(({ config }) => StreamNames.journalOf(store.prefix, config.name) !== undefined))
    throw otherLayout(store.prefix, 'of which one serves', 'Start it with NATS_SPREAD=false');
};

const otherLayout = (prefix: string, how: string, then: string): QueueError =>
  new QueueError(
    'config_invalid',
    `The data in NATS with the prefix "${prefix}" is that of servers ${how}: this one would not see it. ${then}, or give this one another NATS_PREFIX.`,
    { details: { prefix } },
  );

/** All queues that are stored, also those that are not served. */
export const storedQueues = (prefix: string, streams: readonly StreamInfo[]): readonly string[] =>
  queuesIn(streams.flatMap(({ config }) => StreamNames.journalOf(prefix, config.name) ?? []));

/** What a stream of a journal has, however it was changed; as JetStream says it. */
const AS_MADE = {
  retention: 'limits',
  storage: 'file',
  discard: 'new',
  max_msgs: -1,
  max_bytes: -1,
  max_age: 0,
  max_msgs_per_subject: -1,
  max_msg_size: -1,
} as const;

/** What somebody changed of a stream: each as "max_age 60000000000, not 0". */
export const differencesOf = ({ config }: StreamInfo, replicas: number): readonly string[] =>
  Object.entries({ ...AS_MADE, num_replicas: replicas }).flatMap(([name, made]) => {
    const found: unknown = Reflect.get(config, name);
    return found === undefined || found === made ? [] : [`${name} ${JSON.stringify(found)}, not ${made}`];
  });
