import { bodyOf, parseBody } from '../product.js';
import { connectNats, natsVersion, startNats } from './nats-server.js';
import type { Peer, Publisher, PublisherOptions } from './peer.js';

/** It has no acknowledgement: one `flush` at a time says that the server has what was published before. */
const publisher = async ({ port, queue }: PublisherOptions): Promise<Publisher> => {
  const nats = await connectNats(port);
  let waiting: (() => void)[] = [];
  let isFlushing = false;
  const flush = async (): Promise<void> => {
    isFlushing = true;
    while (waiting.length > 0) {
      const flushed = waiting;
      waiting = [];
      await nats.flush();
      for (const acknowledged of flushed) acknowledged();
    }
    isFlushing = false;
  };
  return {
    publish: (product, acknowledged) => {
      nats.publish(queue, bodyOf(product));
      waiting.push(acknowledged);
      if (!isFlushing) void flush();
    },
  };
};

export const natsCore: Peer = {
  name: 'nats-core',
  title: 'NATS core',
  acknowledges: 'received; nothing is stored',
  abilities: ['live'],
  version: () => natsVersion('@nats-io/transport-node'),
  start: (site) => startNats(site, []),
  publisher,
  subscriber: async ({ port, queue }, handle) => {
    const nats = await connectNats(port);
    nats.subscribe(queue, { callback: (_error, message) => handle(parseBody(message.string())) });
    await nats.flush();
    return { close: () => nats.drain() };
  },
};
