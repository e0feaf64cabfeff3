import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import type { Product } from '../product.js';
import { answered } from './answered.js';
import { startBroker } from './broker-process.js';
import { libraryVersion } from './library-version.js';
import type { Peer } from './peer.js';

const connectTo = async (port: number): Promise<Socket> => {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
};

/** `emitWithAck` through a server that passes calls and answers on. */
export const socketIoRelay: Peer = {
  name: 'socket.io-relay',
  title: 'Socket.IO, emitWithAck through a relay',
  acknowledges: 'answered',
  abilities: ['call'],
  version: () => Promise.resolve(libraryVersion('socket.io')),
  start: ({ folder, port, node }) =>
    startBroker({
      command: node,
      args: [join(import.meta.dirname, 'socket-io-relay-served.js'), String(port)],
      folder,
      port,
    }),
  publisher: async ({ port }) => {
    const socket = await connectTo(port);
    return {
      publish: (product, acknowledged) =>
        void socket.emitWithAck('call', product).then((answer: { readonly id: string }) => {
          answered(product, answer);
          acknowledged();
        }),
    };
  },
  subscriber: async ({ port }, handle) => {
    const socket = await connectTo(port);
    socket.on('call', (product: Product, answer: (result: unknown) => void) => {
      handle(product);
      answer({ id: product.id });
    });
    await socket.emitWithAck('serve');
    return {
      close: async () => {
        socket.disconnect();
      },
    };
  },
};
