import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { answered } from './answered.js';
import { startBroker } from './broker-process.js';
import { libraryVersion } from './library-version.js';
import type { Peer } from './peer.js';
import type { TrpcRouter } from './trpc-served.js';

/** Procedures of the server itself: there is nothing between caller and responder. */
export const trpc: Peer = {
  name: 'trpc',
  title: 'tRPC over websocket, no broker',
  acknowledges: 'answered; validated on both ways',
  abilities: ['call'],
  version: () => Promise.resolve(libraryVersion('@trpc/server')),
  start: ({ folder, port, node }) =>
    startBroker({
      command: node,
      args: [join(import.meta.dirname, 'trpc-served.js'), String(port)],
      folder,
      port,
    }),
  publisher: async ({ port }) => {
    // Safe: it has all of the browser's that tRPC uses.
    const Socket = WebSocket as unknown as typeof globalThis.WebSocket;
    const client = createTRPCClient<TrpcRouter>({
      links: [wsLink({ client: createWSClient({ url: `ws://127.0.0.1:${port}`, WebSocket: Socket }) })],
    });
    return {
      publish: (product, acknowledged) =>
        void client.store.mutate(product).then((answer) => {
          answered(product, answer);
          acknowledged();
        }),
    };
  },
  // The server answers.
  subscriber: async () => ({ close: async () => undefined }),
};
