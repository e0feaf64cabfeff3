import { afterEach, beforeEach } from '@jest/globals';
import { plainClient, received, type PlainClient } from '../plain-client.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';
import { stock } from './stock.fixture.js';

export interface Invoked {
  readonly token: number;
  readonly input: string;
}

export const serving = {
  responder: 'r',
  queue: 'stock',
  calls: ['reserve', 'count', 'movements'],
  concurrency: 8,
};
const order = { sku: 'tea', count: 2 };
export const reserve = { call: 'reserve', input: order };
export const reserving = (id: number, input: unknown = order) => ({
  id,
  call: 'reserve',
  input: JSON.stringify(input),
});
export const output = (value: unknown) => ({ kind: 'output', output: JSON.stringify(value) });

interface Opened {
  readonly server: TestServer;
  readonly caller: PlainClient;
  readonly responder: PlainClient;
}

/** A server of `stock`, with a caller and a responder that know nothing of its contract. */
export class StockClients {
  #open: Opened | undefined;

  get server(): TestServer {
    return this.#opened.server;
  }
  get caller(): PlainClient {
    return this.#opened.caller;
  }
  get responder(): PlainClient {
    return this.#opened.responder;
  }

  async start(): Promise<void> {
    const server = await startTestServer({ contract: stock, storage: 'memory' });
    const [caller, responder] = await Promise.all([plainClient(server.url), plainClient(server.url)]);
    this.#open = { server, caller, responder };
  }

  async stop(): Promise<void> {
    for (const { socket } of [this.caller, this.responder]) socket.disconnect();
    await this.server.close();
  }

  readonly serve = (request = {}) => this.responder.value('serve', { ...serving, ...request });

  /** Replies to each invocation with what the function makes of it. */
  readonly answering = (replyOf: (invoked: Invoked) => object): void => {
    const { socket } = this.responder;
    socket.on('invocations', (_responder: string, invocations: readonly Invoked[]) => {
      socket.emit(
        'replies',
        invocations.map((invoked) => ({ token: invoked.token, ...replyOf(invoked) })),
      );
    });
  };

  /** The next invocation. */
  readonly invoked = async (): Promise<Invoked> =>
    new Promise((resolve) => {
      this.responder.socket.once('invocations', (_responder, [first]: readonly [Invoked]) => resolve(first));
    });

  readonly answers = async (): Promise<unknown> => (await received(this.caller.socket, 'answers', 1))[0];

  get #opened(): Opened {
    if (this.#open === undefined) throw new Error('no test is running');
    return this.#open;
  }
}

/** New ones for each test of the file. */
export const stockClients = (): StockClients => {
  const clients = new StockClients();
  beforeEach(() => clients.start());
  afterEach(() => clients.stop());
  return clients;
};
