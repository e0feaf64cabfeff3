import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { call, defineContract, defineQueue, QueueError } from '@typed-queue/contracts';
import * as z from 'zod';
import type { Engine, GroupHandle } from './engine/engine.js';
import { plainClient, type PlainClient } from './plain-client.fixture.js';
import { startServer, type StartedServer } from './server.js';

const stock = defineQueue('stock', {
  events: { reserve: call({ input: z.string(), output: z.int(), durable: true }) },
});
const reserve = { call: 'reserve', input: 'tea', callId: 'order-1' };

/** An engine that can make no group while it is full. */
const fillable = (engine: Engine, isFull: () => boolean): Engine => {
  const open = (handle: GroupHandle): GroupHandle['open'] => {
    const opened = handle.open.bind(handle);
    return (opening) =>
      isFull() ? Promise.reject(new QueueError('storage_full', 'The disk is full.')) : opened(opening);
  };
  const group = engine.group.bind(engine);
  engine.group = (queue, name) => {
    const handle = group(queue, name);
    handle.open = open(handle);
    return handle;
  };
  return engine;
};

describe('a server that starts while its storage is full', () => {
  let isFull = true;
  let server: StartedServer;
  let client: PlainClient;

  beforeEach(async () => {
    isFull = true;
    const options = { contract: defineContract({ stock }), storage: 'memory' } as const;
    server = await startServer(options, (engine) => fillable(engine, () => isFull));
    client = await plainClient(server.url);
  });
  afterEach(async () => {
    client.socket.disconnect();
    await server.close();
  });

  const answersWith = async (output: number): Promise<void> => {
    client.socket.on('invocations', (_name: string, invocations: readonly { token: number }[]) => {
      for (const { token } of invocations)
        client.socket.emit('replies', [{ token, kind: 'output', output: JSON.stringify(output) }]);
    });
    await client.value('serve', { responder: 'r', queue: 'stock', calls: ['reserve'], concurrency: 1 });
  };

  it('refuses durable calls', async () => {
    expect(await client.ask('call', 'stock', reserve)).toMatchObject({ error: { code: 'storage_full' } });
  });

  it('answers durable calls as soon as there is room', async () => {
    await answersWith(7);
    isFull = false;
    let result = await client.ask('call', 'stock', reserve);
    while (!result.ok && result.error.retryable) result = await client.ask('call', 'stock', reserve);
    expect(result).toEqual({ ok: true, value: { kind: 'output', output: 7 } });
  });

  it('closes', async () => {
    await expect(server.close()).resolves.toBeUndefined();
  });
});
