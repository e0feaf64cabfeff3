import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { createInbox, type NatsConnection } from '@nats-io/transport-node';
import { bodyOf, parseBody, type Product } from '../product.js';
import { connectNats, natsVersion, startNats, startNatsCluster } from './nats-server.js';
import type { Layout, Peer, Publisher, Subscriber, SubscriberOptions } from './peer.js';

const PREFETCH = 2_048;

/** `api`: `js.publish`, a request each. `raw`: plain publishes whose acknowledgements come to one inbox. */
type Publishing = 'api' | 'raw';

const prepare = async (port: number, { queues, groups }: Layout, replicas: number): Promise<void> => {
  const nats = await connectNats(port);
  const manager = await jetstreamManager(nats);
  for (const queue of queues) {
    await manager.streams.add({
      name: queue,
      subjects: [queue],
      storage: StorageType.File,
      num_replicas: replicas,
    });
    for (const group of groups) {
      await manager.consumers.add(queue, {
        durable_name: group,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: DeliverPolicy.All,
        max_ack_pending: 2 * PREFETCH,
      });
    }
  }
  await nats.close();
};

const apiPublisher = (nats: NatsConnection, queue: string): Publisher => {
  const stream = jetstream(nats);
  return {
    publish: (product, acknowledged) => void stream.publish(queue, bodyOf(product)).then(acknowledged),
  };
};

/** The server answers in the order of the publishes of one connection. */
const rawPublisher = (nats: NatsConnection, queue: string): Publisher => {
  const reply = createInbox();
  const waiting = new Map<number, () => void>();
  let sent = 0;
  let answered = 0;
  nats.subscribe(reply, {
    callback: (_error, answer) => {
      if (answer.string().includes('"error"')) throw new Error(answer.string());
      const n = answered++;
      waiting.get(n)?.();
      waiting.delete(n);
    },
  });
  return {
    publish: (product, acknowledged) => {
      waiting.set(sent++, acknowledged);
      nats.publish(queue, bodyOf(product), { reply });
    },
  };
};

const subscriber = async (
  { port, queue, group = '' }: SubscriberOptions,
  handle: (product: Product) => void,
): Promise<Subscriber> => {
  const nats = await connectNats(port);
  const consumer = await jetstream(nats).consumers.get(queue, group);
  await consumer.consume({
    max_messages: PREFETCH,
    callback: (message) => {
      handle(parseBody(message.string()));
      message.ack();
    },
  });
  return {
    close: async () => {
      await nats.flush();
      await nats.close();
    },
  };
};

/** `replicas`: each on a nats-server of its own. */
export const jetStream = (publishing: Publishing, replicas: 1 | 3 = 1): Peer => ({
  name: `${publishing === 'api' ? 'jetstream' : 'jetstream-raw'}${replicas === 3 ? '-r3' : ''}`,
  title: `JetStream, ${publishing === 'api' ? 'js.publish' : 'raw publish'}${replicas === 3 ? ', 3 copies' : ''}`,
  acknowledges: `page cache${replicas === 3 ? ' of two of three' : ''}, fsync every 2 minutes`,
  abilities: ['group', 'fan-out'],
  version: () => natsVersion('@nats-io/jetstream'),
  start: (site) => (replicas === 3 ? startNatsCluster(site) : startNats(site, ['-js', '-sd', site.folder])),
  prepare: (port, layout) => prepare(port, layout, replicas),
  publisher: async ({ port, queue }) => {
    const nats = await connectNats(port);
    return publishing === 'api' ? apiPublisher(nats, queue) : rawPublisher(nats, queue);
  },
  subscriber,
});
