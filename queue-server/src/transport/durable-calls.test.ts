import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { call, defineContract, defineQueue } from '@typed-queue/contracts';
import * as z from 'zod';
import { plainClient, received, type PlainClient } from '../plain-client.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';

const shop = defineContract({
  stock: defineQueue('stock', {
    events: {
      reserve: call({
        input: z.strictObject({ sku: z.string() }),
        output: z.int(),
        failures: { sold_out: { retry: false } },
        timeoutMs: 60_000,
        durable: true,
      }),
      count: call({ input: z.string(), output: z.int() }),
    },
  }),
});
const reserve = { call: 'reserve', input: { sku: 'tea' }, callId: 'order-1' };
const serving = { responder: 'r', queue: 'stock', calls: ['reserve'], concurrency: 8 };
const output = (value: unknown) => ({ kind: 'output', output: JSON.stringify(value) });

let server: TestServer;
const clients: PlainClient[] = [];
const connected = async (): Promise<PlainClient> => {
  const client = await plainClient(server.url);
  clients.push(client);
  return client;
};

/** Serves the calls: replies to each invocation with what the function makes of it. */
const responder = async (replyOf: (attempt: number) => object): Promise<PlainClient> => {
  const client = await connected();
  const { socket } = client;
  socket.on('invocations', (_name: string, invocations: readonly { token: number; attempt: number }[]) => {
    for (const { token, attempt } of invocations) {
      socket.emit('replies', [{ token, ...replyOf(attempt) }]);
    }
  });
  await client.value('serve', serving);
  return client;
};

beforeEach(async () => {
  server = await startTestServer({ contract: shop, storage: 'memory' });
});
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.disconnect();
  await server.close();
});

describe('a durable call of a plain client', () => {
  it('has the same answer by its id', async () => {
    let answers = 0;
    await responder(() => output(++answers));
    const caller = await connected();
    const first = await caller.value('call', 'stock', reserve);
    expect([first, await caller.value('call', 'stock', reserve)]).toEqual([
      { kind: 'output', output: 1 },
      { kind: 'output', output: 1 },
    ]);
  });

  it('without an id is one of its own', async () => {
    let answers = 0;
    await responder(() => output(++answers));
    const caller = await connected();
    const { callId: _, ...anonymous } = reserve;
    await caller.value('call', 'stock', anonymous);
    expect(await caller.value('call', 'stock', anonymous)).toEqual({ kind: 'output', output: 2 });
  });

  it('is waited for by its id alone, also after the connection that made it ended', async () => {
    const caller = await connected();
    caller.socket.emit('calls', 'stock', [{ ...reserve, id: 1, input: '{"sku":"tea"}' }]);
    await caller.value('queues');
    caller.socket.disconnect();
    const attached = (await connected()).value('call', 'stock', { call: 'reserve', callId: 'order-1' });
    await responder(() => output(5));
    expect(await attached).toEqual({ kind: 'output', output: 5 });
  });

  it('that is waited for ends with the time of who waits, and goes on', async () => {
    const caller = await connected();
    caller.socket.emit('calls', 'stock', [{ ...reserve, id: 1, input: '{"sku":"tea"}' }]);
    const attached = { call: 'reserve', callId: 'order-1', timeoutMs: 20 };
    expect(await caller.refusal('call', 'stock', attached)).toMatchObject({ code: 'deadline_exceeded' });
    await responder(() => output(5));
    expect(await caller.value('call', 'stock', reserve)).toEqual({ kind: 'output', output: 5 });
  });

  it('that is cancelled is answered so to all who wait', async () => {
    const [caller, other] = [await connected(), await connected()];
    caller.socket.emit('calls', 'stock', [{ ...reserve, id: 1, input: '{"sku":"tea"}' }]);
    await caller.value('queues');
    const waiting = other.refusal('call', 'stock', { call: 'reserve', callId: 'order-1' });
    await other.value('queues');
    caller.socket.emit('call:cancel', [1]);
    expect(await waiting).toMatchObject({ code: 'aborted' });
  });

  it.each<[string, string, object]>([
    ['of an id that nobody made', 'call_gone', { call: 'reserve', callId: 'order-9' }],
    ['with neither an input nor an id', 'call_gone', { call: 'reserve' }],
    ['with an empty id', 'request_invalid', { ...reserve, callId: '' }],
    ['with a long id', 'request_invalid', { ...reserve, callId: 'x'.repeat(256) }],
    ['with an id that is no text', 'request_invalid', { ...reserve, callId: 1 }],
    ['with an input that does not match', 'payload_invalid', { ...reserve, input: {} }],
    ['that is not durable, with an id', 'request_invalid', { call: 'count', input: 'tea', callId: 'a' }],
    ['that is not durable, without an input', 'request_invalid', { call: 'count' }],
  ])('%s is refused: %s', async (_what, code, request) => {
    expect(await (await connected()).refusal('call', 'stock', request)).toMatchObject({ code });
  });
});

describe('the log of durable calls', () => {
  it('is read under the name of the queue and ".calls"', async () => {
    const reader = await connected();
    const read = received(reader.socket, 'replay', 1);
    (await connected()).socket.emit('calls', 'stock', [{ ...reserve, id: 1, input: '{"sku":"tea"}' }]);
    await reader.value('tail', { subscription: 't', queue: 'stock.calls', form: 'json', from: 'start' });
    expect(await read).toMatchObject([{ messages: [{ event: 'reserve', payload: { sku: 'tea' } }] }]);
  });

  it('takes no messages from publishers', async () => {
    const publisher = await connected();
    const message = { event: 'reserve', payload: { sku: 'tea' } };
    expect(await publisher.refusal('publish', 'stock.calls', message)).toEqual({
      code: 'forbidden',
      message:
        'The client has no right to publish to "stock.calls". It is the log of the durable calls of "stock": make a call instead.',
      details: { verb: 'publish', queue: 'stock.calls' },
      retryable: false,
    });
  });

  it('lets nobody into the group that hands out a call', async () => {
    const member = await connected();
    const request = {
      subscription: 's',
      queue: 'stock.calls',
      group: 'reserve',
      memberId: 'm',
      form: 'json',
    };
    expect(await member.refusal('subscribe', request)).toMatchObject({ code: 'forbidden' });
  });

  it('is passed by a seek, and what is called later is handed out, also with the same key', async () => {
    const handedOut: string[] = [];
    const slow = await connected();
    slow.socket.on(
      'invocations',
      (_name: string, invocations: readonly { token: number; input: string }[]) => {
        for (const { token, input } of invocations) {
          handedOut.push(input);
          if (handedOut.length > 1) slow.socket.emit('replies', [{ token, ...output(2) }]);
        }
      },
    );
    await slow.value('serve', serving);
    const caller = await connected();
    const calls = ['tea', 'mate'].map((sku, id) => ({
      id,
      call: 'reserve',
      input: JSON.stringify({ sku }),
      key: 'k',
    }));
    caller.socket.emit('calls', 'stock', calls);
    while (handedOut.length === 0) await caller.value('queues');
    await caller.value('group:seek', 'stock.calls', 'reserve', 'now');
    const later = { call: 'reserve', input: { sku: 'cocoa' }, key: 'k' };
    expect(await caller.value('call', 'stock', later)).toEqual({ kind: 'output', output: 2 });
    expect(handedOut).toEqual(['{"sku":"tea"}', '{"sku":"cocoa"}']);
  });

  it('has the calls that failed too often as dead letters, which may be redriven', async () => {
    let fails = true;
    const attempts: number[] = [];
    await responder((attempt) => {
      attempts.push(attempt);
      return fails ? { kind: 'error', error: { code: 'call_failed', message: 'secret' } } : output(1);
    });
    const caller = await connected();
    const refused = await caller.refusal('call', 'stock', { ...reserve, timeoutMs: 900 });
    expect(refused).toMatchObject({ code: 'call_failed' });
    const letters = await caller.value('dead-letters', 'stock.calls', {});
    expect(letters).toMatchObject({
      letters: [{ group: 'reserve', message: { event: 'reserve', payload: { sku: 'tea' } } }],
    });
    fails = false;
    const before = attempts.length;
    await caller.value('dead-letters:redrive', 'stock.calls', {});
    while (attempts.length === before) await caller.value('queues');
    expect(await caller.refusal('call', 'stock', reserve)).toMatchObject({ code: 'call_failed' });
  });
});
