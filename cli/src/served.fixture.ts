import { call, defineContract, defineQueue, event } from '@typed-queue/contracts';
import type { Authenticator } from '@typed-queue/program';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import * as z from 'zod';
import { runIn, startIn, type Run, type Running } from './run.fixture.js';
import type { Machine } from './machine.js';

const orders = defineQueue('orders', {
  events: {
    placed: z.strictObject({ id: z.string(), total: z.number() }),
    cancelled: event(z.strictObject({ id: z.string() }), {
      failures: { sold_out: { retry: false, data: z.strictObject({ left: z.number() }) } },
    }),
  },
});
const count = call({ input: z.null(), output: z.int() });
const contract = defineContract({
  orders,
  empty: defineQueue('empty', { events: { event: z.null(), count } }),
});

interface ServerOptions {
  /** The tokens with all rights. */
  readonly keys?: readonly string[];
  /** In place of `keys`. */
  readonly authenticator?: Authenticator;
  /** Default: in memory. */
  readonly dataDir?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/** A server with the queues `orders` and `empty`, and commands that ask it. */
export interface Served {
  readonly server: TestServer;
  readonly queue: QueueClient<typeof contract>;
  readonly run: (args: readonly string[], machine?: Partial<Machine>) => Promise<Run>;
  readonly start: (args: readonly string[], machine?: Partial<Machine>) => Running;
  /** Publishes orders `1`, `2`, … */
  readonly place: (count: number) => Promise<void>;
}

/** The commands know nothing of the contract. */
export const withServer = async (
  use: (served: Served) => Promise<void>,
  options: ServerOptions = {},
): Promise<void> => {
  const server = await startServer(options);
  const queue = connect(contract, { url: server.url, token: options.keys?.[0] });
  queue.on('error', () => undefined);
  queue.on('connection:failed', () => undefined);
  const asking = (args: readonly string[]): readonly string[] => [...args, '--url', server.url];
  try {
    await use({
      server,
      queue,
      run: (args, machine) => runIn('/', asking(args), machine),
      start: (args, machine) => startIn('/', asking(args), machine),
      place: async (count) => {
        const ids = Array.from({ length: count }, (_, index) => String(index + 1));
        await Promise.all(ids.map((id) => queue.publish('orders', 'placed', { id, total: 1 })));
      },
    });
  } finally {
    await queue.close({ timeoutMs: 0 });
    await server.close();
  }
};

export const startServer = ({ dataDir, ...options }: ServerOptions = {}): Promise<TestServer> =>
  startTestServer(
    dataDir === undefined ? { ...options, contract, storage: 'memory' } : { ...options, contract, dataDir },
  );

/** The objects that a command printed with `--json`. */
export const objectsOf = (out: string): readonly unknown[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));

/** A module with a contract of `orders` that every payload of `placed` violates. */
export const REFUSING_CONTRACT = `
  const validate = () => ({ issues: [{ message: 'by this module' }] });
  const schema = { '~standard': { version: 1, vendor: 'test', validate } };
  export const contract = { orders: { name: 'orders', events: { placed: schema }, retention: {} } };`;
