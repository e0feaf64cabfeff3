import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { ReleasedConnection } from './released-connection.js';

it('a command that is written after its socket was destroyed, and before it emits close, fails', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Safe: a server that listens on a port has an address.
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const connection = new ReleasedConnection(socket, {
    id: 1,
    generation: 0,
    hostAddress: { toString: () => 'x' },
  });
  socket.destroy();
  await expect(connection.command({ db: 'admin' }, { ping: 1 })).rejects.toMatchObject({
    name: 'MongoNetworkError',
  });
  server.close();
  await once(server, 'close');
});
