import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import type { Product } from '../product.js';
import { startBroker } from './broker-process.js';
import { libraryVersion } from './library-version.js';
import type { Peer } from './peer.js';

const connectTo = async (port: number): Promise<Socket> => {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
};

export const socketIo: Peer = {
  name: 'socket.io',
  title: 'Socket.IO, a room',
  acknowledges: 'received; nothing is stored',
  abilities: ['live'],
  version: () => Promise.resolve(libraryVersion('socket.io')),
  start: ({ folder, port, node }) =>
    startBroker({
      command: node,
      args: [join(import.meta.dirname, 'socket-io-served.js'), String(port)],
      folder,
      port,
    }),
  publisher: async ({ port, queue }) => {
    const socket = await connectTo(port);
    return { publish: (product, acknowledged) => socket.emit('publish', queue, product, acknowledged) };
  },
  subscriber: async ({ port, queue }, handle) => {
    const socket = await connectTo(port);
    socket.on('message', (product: Product) => handle(product));
    await socket.emitWithAck('join', queue);
    return {
      close: async () => {
        socket.disconnect();
      },
    };
  },
};
