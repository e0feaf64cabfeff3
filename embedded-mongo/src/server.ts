import { QueueError } from '@typed-queue/contracts';
import { ObjectId } from 'bson';
import { createServer, type Server, type Socket } from 'node:net';
import type { Document } from './bson/document.js';
import type { Instance } from './commands/command.js';
import { Cursors } from './commands/cursors.js';
import { SET_NAME } from './commands/hello.js';
import { answer, failure, wantsDisk } from './commands/run.js';
import { openData, type Data } from './data.js';
import type { Log } from './persistence/log.js';
import { expire, EXPIRY_INTERVAL_MS } from './store/expiry.js';
import type { Store } from './store/store.js';
import { Timers } from './timers.js';
import { serveConnection, type Answerer } from './wire/connection.js';
import type { Request } from './wire/message.js';

export interface EmbeddedMongoOptions {
  /** A folder of its own, made when it is missing. Default: everything stays in memory. */
  readonly dataDir?: string;
  /** Default: any that is free. */
  readonly port?: number;
  /** A loopback address: there is no authentication. Default 127.0.0.1. */
  readonly host?: string;
  /** Called with warnings for an operator. Default: ignored. */
  readonly warn?: (text: string) => void;
}

export interface EmbeddedMongo {
  /** The URI for drivers and Mongoose; a database's name goes before the `?`. */
  readonly uri: string;
  /** Ends the connections and open transactions, and closes the data. */
  close(): Promise<void>;
}

export const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

const expireAgain = (store: Store, log: Log | undefined, timers: Timers): void => {
  timers.after(EXPIRY_INTERVAL_MS, () => {
    void expire(store, Date.now())
      .then(() => log?.flush())
      // After a failure of the disk every write fails.
      .catch(() => undefined)
      .then(() => expireAgain(store, log, timers));
  });
};

/** Writes to the file before each answer: what was acknowledged is there. */
const durably =
  (instance: Instance, log: Log | undefined) =>
  async ({ command, refusal }: Request, connection: object): Promise<Document> => {
    if (refusal !== undefined) return failure(refusal);
    const reply = await answer(instance, command, connection);
    try {
      log?.flush(wantsDisk(command));
      return reply;
    } catch (error) {
      return failure(error);
    }
  };

const serve = (server: Server, answerer: Answerer, closed: (socket: Socket) => void): Set<Socket> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      closed(socket);
    });
    serveConnection(socket, answerer);
  });
  return sockets;
};

const closeData = async ({ sessions, log, release }: Data, timers: Timers): Promise<void> => {
  sessions.abortAll();
  timers.close();
  log?.close();
  await release();
};

const instanceOf = ({ store, sessions }: Data, address: string): Instance => {
  const now = () => Date.now();
  return {
    store,
    sessions,
    cursors: new Cursors(now),
    address,
    now,
    processId: new ObjectId().toHexString(),
  };
};

/**
 * Starts a server that speaks the MongoDB wire protocol, as a replica set of one member.
 * @throws QueueError `config_invalid`, `data_dir_in_use`, `journal_unsupported`, `storage_failed`; errors of the
 * system for the port and the folder
 */
export const startEmbeddedMongo = async (options: EmbeddedMongoOptions = {}): Promise<EmbeddedMongo> => {
  const { dataDir, port = 0, host = '127.0.0.1', warn = () => undefined } = options;
  if (!LOOPBACK.test(host)) {
    throw new QueueError(
      'config_invalid',
      `${host} is no loopback address, and embedded-mongo has no authentication`,
    );
  }
  const timers = new Timers();
  const data = await openData(timers, dataDir, warn);
  const server = createServer();
  const bound = await listen(server, port, host).catch(async (error: unknown) => {
    await closeData(data, timers);
    throw error;
  });
  const address = `${host.includes(':') ? `[${host}]` : host}:${bound}`;
  const sockets = serve(server, durably(instanceOf(data, address), data.log), (socket) =>
    data.sessions.closed(socket),
  );
  expireAgain(data.store, data.log, timers);
  return {
    uri: `mongodb://${address}/?replicaSet=${SET_NAME}&directConnection=true`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await closeData(data, timers);
    },
  };
};
