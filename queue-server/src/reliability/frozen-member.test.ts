import { describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import type { Socket as NetSocket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import { startTestServer } from '../testing.js';
import { plainClient } from '../plain-client.fixture.js';

const MESSAGES = 20_000;
const WINDOW = 100;

/** The socket takes nothing more off the network, and its member settles nothing; what is returned ends that. */
const freeze = (socket: Socket): (() => void) => {
  // Safe: its transport is a websocket of the package ws, which has a socket of Node.
  const { ws } = socket.io.engine.transport as unknown as { ws: { _socket: NetSocket } };
  ws._socket.pause();
  return () => ws._socket.resume();
};

describe('a group of which one member stops reading', () => {
  it('is served at the others, and the frozen one holds no more than its window', async () => {
    const server = await startTestServer();
    const queue = connect(contract, { url: server.url });
    const frozen = await plainClient(server.url);
    await frozen.value('subscribe', {
      subscription: 'frozen',
      queue: 'database',
      group: 'workers',
      window: { messages: WINDOW, bytes: 64 * 1024 },
    });
    const thaw = freeze(frozen.socket);

    const handled = new Set<number>();
    const done = new Promise<void>((resolve) => {
      queue.subscribe('database', { group: 'workers' }, ({ seq }) => {
        handled.add(seq);
        if (handled.size === MESSAGES - WINDOW) resolve();
      });
    });
    for (let n = 0; n < MESSAGES; n++) {
      void queue.publish('database', 'read', { model: 'product', id: String(n), count: 1 });
    }
    await done;
    const group = async () => (await queue.admin.groups('database'))[0];
    while ((await group())?.depth !== WINDOW) await setTimeout(10);
    const holding = (await group())?.members.map(({ subscription, unsettled }) => [subscription, unsettled]);
    expect(holding).toContainEqual(['frozen', WINDOW]);
    expect(holding?.map(([, unsettled]) => unsettled)).toContain(0);
    thaw();
    frozen.socket.disconnect();
    await queue.close();
    await server.close();
  });
});
