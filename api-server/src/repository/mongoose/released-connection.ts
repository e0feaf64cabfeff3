import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/** What is used here of the driver's connection, which it does not export. */
interface DriverConnection {
  command(namespace: object, command: object): Promise<unknown>;
}

export type ConnectionType = new (socket: Socket, options: object) => DriverConnection;

/** As Mongoose finds it. */
const requireOfMongoose = createRequire(createRequire(import.meta.url).resolve('mongoose'));

// Safe: what is read of it is declared above, and its test creates one.
const { Connection } = requireOfMongoose('mongodb/lib/cmap/connection.js') as {
  readonly Connection: ConnectionType;
};

/**
 * The driver's connection, whose commands fail when it closes. The driver's own leaves a command pending forever that is
 * written to a socket after it was destroyed and before it emits `close`: it waits for `drain`, which never comes.
 */
export class ReleasedConnection extends Connection {
  constructor(socket: Socket, options: object) {
    super(socket, options);
    // Comes after the driver's own listener, which has the released command fail.
    socket.once('close', () => socket.emit('drain'));
  }
}
