import { connect, type Channel } from 'amqplib';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bodyOf, parseBody, type Product } from '../product.js';
import { freePort, printedVersion, startBroker } from './broker-process.js';
import { libraryVersion } from './library-version.js';
import type {
  Broker,
  Layout,
  Peer,
  Publisher,
  PublisherOptions,
  Site,
  Subscriber,
  SubscriberOptions,
} from './peer.js';

const PREFETCH = 2_048;
/** Debian's command in the PATH changes the user and the folder; this is what it runs. */
const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** Nothing of it is shared with another RabbitMQ of this machine. */
const environmentOf = async ({ folder, port }: Site, epmdPort: number): Promise<NodeJS.ProcessEnv> => {
  const plugins = join(folder, 'enabled_plugins');
  await writeFile(plugins, '[].\n');
  return {
    // The process becomes the server, without a shell that waits for it.
    RUNNING_UNDER_SYSTEMD: 'true',
    HOME: folder,
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_NODENAME: `bench-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(await freePort()),
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    RABBITMQ_CONFIG_FILE: join(folder, 'none'),
    ERL_EPMD_PORT: String(epmdPort),
  };
};

const start = async (site: Site): Promise<Broker> => {
  const { folder, port } = site;
  const epmdPort = await freePort();
  const env = await environmentOf(site, epmdPort);
  const broker = await startBroker({ command: SERVER, args: [], env, folder, port });
  return {
    pids: broker.pids,
    stop: async () => {
      await broker.stop();
      // Erlang's register of names, which the server starts and leaves.
      await printedVersion('env', [`ERL_EPMD_PORT=${epmdPort}`, 'epmd', '-kill'], /Killed/);
    },
  };
};

const boundName = (queue: string, group: string): string => `${queue}.${group}`;

/** A fanout exchange a queue, and a quorum queue for each of its groups. */
const prepare = async (port: number, { queues, groups }: Layout): Promise<void> => {
  const connection = await connect(`amqp://127.0.0.1:${port}`);
  const channel = await connection.createChannel();
  for (const queue of queues) {
    await channel.assertExchange(queue, 'fanout', { durable: true });
    for (const group of groups) {
      const name = boundName(queue, group);
      await channel.assertQueue(name, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
      await channel.bindQueue(name, queue, '');
    }
  }
  await connection.close();
};

const publisher = async ({ port, queue }: PublisherOptions): Promise<Publisher> => {
  const connection = await connect(`amqp://127.0.0.1:${port}`);
  const channel = await connection.createConfirmChannel();
  return {
    publish: (product, acknowledged) => {
      channel.publish(queue, '', Buffer.from(bodyOf(product)), { persistent: true }, (error) => {
        // Safe: null, or why the broker did not take it.
        if (error) throw error as Error;
        acknowledged();
      });
    },
  };
};

/** One acknowledgement for all messages of a tick. */
const acknowledgeTick = (channel: Channel): ((message: Parameters<Channel['ack']>[0]) => void) => {
  let last: Parameters<Channel['ack']>[0] | undefined;
  return (message) => {
    if (last === undefined) {
      setImmediate(() => {
        if (last) channel.ack(last, true);
        last = undefined;
      });
    }
    last = message;
  };
};

const subscriber = async (
  { port, queue, group = '' }: SubscriberOptions,
  handle: (product: Product) => void,
): Promise<Subscriber> => {
  const connection = await connect(`amqp://127.0.0.1:${port}`);
  const channel = await connection.createChannel();
  const acknowledge = acknowledgeTick(channel);
  await channel.prefetch(PREFETCH);
  await channel.consume(boundName(queue, group), (message) => {
    if (message === null) throw new Error('RabbitMQ has cancelled the consumer.');
    handle(parseBody(message.content.toString()));
    acknowledge(message);
  });
  return {
    close: async () => {
      await new Promise(setImmediate);
      await channel.close();
      await connection.close();
    },
  };
};

export const rabbitMq: Peer = {
  name: 'rabbitmq',
  title: 'RabbitMQ, quorum queue',
  acknowledges: 'fdatasync',
  abilities: ['group', 'fan-out'],
  version: async () => {
    const version = await printedVersion('ls', ['/usr/lib/rabbitmq/lib'], /(?<=rabbitmq_server-)[\d.]+/);
    return version && `rabbitmq-server ${version}, ${libraryVersion('amqplib')}`;
  },
  start,
  prepare,
  publisher,
  subscriber,
};
