import { bodyOf, parseBody } from '../product.js';
import { answered } from './answered.js';
import { connectNats, natsVersion, startNats } from './nats-server.js';
import type { Peer } from './peer.js';

/** Request and reply of NATS core. */
export const natsRequest: Peer = {
  name: 'nats-request',
  title: 'NATS, request and reply',
  acknowledges: 'answered',
  abilities: ['call'],
  version: () => natsVersion('@nats-io/transport-node'),
  start: (site) => startNats(site, []),
  publisher: async ({ port, queue }) => {
    const nats = await connectNats(port);
    return {
      publish: (product, acknowledged) =>
        void nats.request(queue, bodyOf(product), { timeout: 60_000 }).then((answer) => {
          answered(product, answer.json());
          acknowledged();
        }),
    };
  },
  subscriber: async ({ port, queue }, handle) => {
    const nats = await connectNats(port);
    nats.subscribe(queue, {
      queue: 'responders',
      callback: (_error, message) => {
        const product = parseBody(message.string());
        handle(product);
        message.respond(JSON.stringify({ id: product.id }));
      },
    });
    await nats.flush();
    return { close: () => nats.drain() };
  },
};
