import { contract, newId, type DatabaseMessage } from '@typed-queue/contracts';
import { startEmbeddedMongo, type EmbeddedMongo } from '@typed-queue/embedded-mongo';
import { connect } from '@typed-queue/queue-client';
import { startTestServer } from '@typed-queue/queue-server/testing';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Types } from 'mongoose';
import { models } from '../models/models.js';
import { Outbox } from '../outbox/outbox.js';
import { openDatabase } from '../repository/mongoose/database.js';
import { runProgram, type Program } from './program.js';

const API = join(import.meta.dirname, '../../dist/main.js');
/** The built logger: the API imports nothing of it. */
const LOGGER = join(import.meta.dirname, '../../../logger/dist/main.js');

/** Between two looks whether the outbox is empty, in milliseconds. */
const LOOK_MS = 50;

/** A database and a queue server that outlive the API. */
export interface ShopEnvironment {
  /** Where the API listens whenever it runs. */
  readonly apiUrl: string;
  /** Starts the built API as a process of its own. */
  startApi(): Program;
  /** Starts the built logger, which prints what is created. */
  startLogger(): Program;
  /** Releases the lease of a killed API process: the next one need not wait for its expiry. */
  endLease(): Promise<void>;
  /** Resolves when the outbox is empty. */
  drained(): Promise<void>;
  /** How many products the database holds; of one category, when it is named. */
  productCount(of?: { readonly categoryId: string }): Promise<number>;
  /** All messages of the queue `database`. */
  messages(): Promise<DatabaseMessage[]>;
  close(): Promise<void>;
}

/** @param mongodbUri The server to use, in a database of its own. Default: an embedded one. */
export const startShopEnvironment = async (mongodbUri?: string): Promise<ShopEnvironment> => {
  const [mongo, server, port] = await Promise.all([openMongo(mongodbUri), startTestServer(), freePort()]);
  const database = await openDatabase({ uri: mongo.uri, models });
  const { connection } = database;
  const programs = new Programs();
  return {
    apiUrl: `http://127.0.0.1:${port}`,
    startApi: () => programs.run(API, apiVariables(port, mongo.uri, server.url)),
    startLogger: () =>
      programs.run(LOGGER, { QUEUE_URL: server.url }, ['--json', '--queue=database', '--event=create']),
    endLease: async () => {
      await connection
        .collection('outbox-leases')
        .updateMany({}, { $set: { holder: null }, $inc: { turn: 1 } });
    },
    drained: () => drained(new Outbox(connection)),
    productCount: (of) => connection.collection('products').countDocuments(filterOf(of)),
    messages: () => messagesOf(server.url),
    close: async () => {
      await programs.close();
      if (mongodbUri !== undefined) await connection.dropDatabase();
      await database.close();
      await server.close();
      await mongo.close();
    },
  };
};

const apiVariables = (port: number, mongodbUri: string, queueUrl: string) => ({
  PORT: String(port),
  MONGODB_URI: mongodbUri,
  QUEUE_URL: queueUrl,
  LOG_FORMAT: 'json',
  LOG_LEVEL: 'info',
});

const filterOf = (of: { readonly categoryId: string } | undefined): object =>
  of === undefined ? {} : { categoryId: new Types.ObjectId(of.categoryId) };

const openMongo = async (given: string | undefined): Promise<Pick<EmbeddedMongo, 'uri' | 'close'>> => {
  if (given === undefined) return startEmbeddedMongo();
  const [base = '', query = ''] = given.split('?');
  const servers = /^\w+(?:\+srv)?:\/\/[^/]*/.exec(base)?.[0] ?? base;
  return { uri: `${servers}/reliability-${newId()}?${query}`, close: async () => undefined };
};

/** All that were started: none outlives a run that failed. */
class Programs {
  readonly #running: Program[] = [];
  #closed = false;

  run(...program: Parameters<typeof runProgram>): Program {
    if (this.#closed) throw new Error('The run has ended.');
    const running = runProgram(...program);
    this.#running.push(running);
    return running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#running.map((program) => program.end('SIGKILL')));
  }
}

const drained = async (outbox: Outbox): Promise<void> => {
  for (;;) {
    const { depth, parked } = await outbox.depth();
    if (parked > 0) throw new Error(`The queue server permanently refused ${parked} events.`);
    if (depth === 0) return;
    await setTimeout(LOOK_MS);
  }
};

const messagesOf = async (url: string): Promise<DatabaseMessage[]> => {
  const queue = connect(contract, { url });
  const messages: DatabaseMessage[] = [];
  for await (const item of queue.tail('database', { from: 'start' }).items()) {
    if (item.kind === 'live') break;
    if (item.kind !== 'message') throw new Error(`The queue has a message that is ${item.kind}.`);
    messages.push(item.message);
  }
  await queue.close();
  return messages;
};

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('A server listens without a port.');
  return address.port;
};
