import type { StreamInfo } from '@nats-io/jetstream';
import { unrefAfter } from '@typed-queue/program';
import { queuesIn } from '../remote/journal-name.js';
import { StreamNames } from './nats-names.js';
import { patiently } from './patience.js';
import type { StreamStore } from './stream-store.js';

/** The streams of all journals of a store. */
export const storedJournals = async ({ jsm, prefix }: StreamStore): Promise<readonly StreamInfo[]> => {
  const listed = await patiently(async () => {
    const streams: StreamInfo[] = [];
    for await (const stream of jsm.streams.list()) streams.push(stream);
    return streams;
  }, unrefAfter);
  return listed.filter(({ config }) => StreamNames.journalOf(prefix, config.name) !== undefined);
};

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
