import { call, defineContract, defineQueue, streaming, type Contract } from '@typed-queue/contracts';
import type { CallNotices, CallRequests } from '@typed-queue/contracts/wire';
import * as z from 'zod';
import { plainClient, type PlainClient } from '../plain-client.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';
import { Conversation } from './conversation.fixture.js';

export const CALL_REQUESTS: Record<keyof CallRequests<Contract, string> | 'services', true> = {
  call: true,
  calls: true,
  'call:cancel': true,
  'call:more': true,
  serve: true,
  'serve:end': true,
  replies: true,
  services: true,
};
export const CALL_EVENTS: Record<keyof CallNotices<Contract, string>, true> = {
  answers: true,
  invocations: true,
  'invocation:end': true,
  'invocation:more': true,
};

/** The contract of the examples of calls. */
const stock = defineContract({
  stock: defineQueue('stock', {
    events: {
      reserve: call({
        input: z.strictObject({ sku: z.string(), count: z.int() }),
        output: z.strictObject({ reservation: z.string() }),
        failures: { sold_out: { retry: false, data: z.strictObject({ left: z.int() }) } },
      }),
      ship: call({
        input: z.strictObject({ sku: z.string() }),
        output: z.strictObject({ parcel: z.string() }),
        timeoutMs: 60_000,
        durable: true,
      }),
      movements: streaming({ input: z.strictObject({ sku: z.string() }), output: z.int() }),
    },
  }),
});

/** A server whose contract has calls, and a client of it. */
export class CallServer {
  readonly #server: TestServer;
  readonly #client: PlainClient;

  private constructor(server: TestServer, client: PlainClient) {
    this.#server = server;
    this.#client = client;
  }

  static async start(handshake: Readonly<Record<string, unknown>>): Promise<CallServer> {
    const server = await startTestServer({ storage: 'memory', contract: stock });
    return new CallServer(server, await plainClient(server.url, handshake));
  }

  /** `call` is answered by another client, everything else by the client itself. */
  conversation(): Conversation {
    return new Conversation(this.#client, {
      events: CALL_EVENTS,
      before: { call: () => answerOne(this.#server.url) },
    });
  }

  async close(): Promise<void> {
    this.#client.socket.disconnect();
    await this.#server.close();
  }
}

/** Serves one call, which it gets before the promise of the caller resolves, and leaves. */
const answerOne = async (url: string): Promise<void> => {
  const client = await plainClient(url);
  const { socket } = client;
  socket.once('invocations', (responder: string, [{ token }]: readonly [{ readonly token: number }]) => {
    // It answers what it has, and gets nothing of what is called next.
    socket.emit('serve:end', responder);
    const reply = { token, kind: 'output', output: '{"reservation":"r-17"}' };
    socket.emit('replies', [reply], () => socket.disconnect());
  });
  await client.value('serve', { responder: 'one', queue: 'stock', calls: ['reserve'] });
};
