import { describe, expect, it } from '@jest/globals';
import type { PlainClient } from '../plain-client.fixture.js';
import { received } from '../plain-client.fixture.js';
import { stock } from '../transport/stock.fixture.js';
import { keyHolders, keyOf, type Entry } from './key-holders.fixture.js';

const holders = keyHolders({ contract: stock });

const clientWith = async (rights: object, name = 'ann'): Promise<PlainClient> => {
  await holders.rewrite(...entriesOf({ [name]: rights }));
  return holders.client(keyOf(name));
};
const entriesOf = (rights: Readonly<Record<string, object>>): readonly Entry[] =>
  Object.entries(rights).map(([name, toStock]) => ({ name, queues: { stock: toStock } }));

const reserve = { call: 'reserve', input: { sku: 'tea', count: 1 } };
const serving = { responder: 'r', queue: 'stock', calls: ['reserve'], concurrency: 4 };

describe('a right to call', () => {
  it('is one to the named calls', async () => {
    const caller = await clientWith({ call: ['res*'] });
    expect(await caller.refusal('call', 'stock', { call: 'count', input: { sku: 'tea' } })).toMatchObject({
      code: 'forbidden',
      details: { verb: 'call', queue: 'stock', event: 'count' },
    });
    expect(await caller.refusal('call', 'stock', { ...reserve, timeoutMs: 10 })).toMatchObject({
      code: 'deadline_exceeded',
    });
  });

  it('is none to serve', async () => {
    const caller = await clientWith({ call: ['*'] });
    expect(await caller.refusal('serve', serving)).toMatchObject({ code: 'forbidden' });
  });

  it('says nothing of calls that the queue has not', async () => {
    const caller = await clientWith({ call: ['res*'] });
    expect(await caller.refusal('call', 'stock', { call: 'nothing', input: 1 })).toMatchObject({
      code: 'forbidden',
    });
    const { message } = await caller.refusal('call', 'stock', { call: 'resist', input: 1 });
    expect(message).toBe('Queue "stock" has no call "resist"; it has reserve.');
  });

  it('that is withdrawn ends the open calls', async () => {
    const caller = await clientWith({ call: ['*'], tail: true });
    const answered = received(caller.socket, 'answers', 1);
    caller.socket.emit('calls', 'stock', [{ id: 1, call: 'reserve', input: JSON.stringify(reserve.input) }]);
    await caller.value('queues');
    await holders.rewrite(...entriesOf({ ann: { tail: true } }));
    expect(await answered).toMatchObject([[{ id: 1, kind: 'error', error: { code: 'forbidden' } }]]);
  });
});

describe('a right to serve', () => {
  it('is one to the named calls, and none to call', async () => {
    const responder = await clientWith({ serve: ['reserve'] });
    await responder.value('serve', serving);
    expect(await responder.refusal('serve', { ...serving, responder: 's', calls: ['count'] })).toMatchObject({
      code: 'forbidden',
    });
    expect(await responder.refusal('call', 'stock', reserve)).toMatchObject({ code: 'forbidden' });
  });

  it('that is withdrawn ends the connection', async () => {
    const responder = await clientWith({ serve: ['*'], tail: true });
    await responder.value('serve', serving);
    const disconnected = received(responder.socket, 'disconnect', 1);
    await holders.rewrite(...entriesOf({ ann: { tail: true } }));
    await disconnected;
    expect(responder.socket.connected).toBe(false);
  });
});

describe('an operator', () => {
  it('sees who serves, what runs and how calls ended', async () => {
    await holders.rewrite(...entriesOf({ ann: { call: ['*'], serve: ['*'], admin: true } }));
    const client = await holders.client(keyOf('ann'), { name: 'ann' });
    client.socket.on('invocations', (_responder: string, [{ token }]: readonly [{ token: number }]) =>
      client.socket.emit('replies', [
        { token, kind: 'failure', failure: { code: 'sold_out', data: { left: 0 } }, reason: '' },
      ]),
    );
    await client.value('serve', serving);
    await client.value('call', 'stock', reserve);
    expect(await client.value('services', 'stock')).toEqual([
      {
        call: 'reserve',
        answering: 'once',
        responders: [{ client: 'ann', concurrency: 4, busy: 0 }],
        waiting: 0,
        running: 0,
        ended: { sold_out: 1 },
      },
      { call: 'count', answering: 'once', responders: [], waiting: 0, running: 0, ended: {} },
      { call: 'order', answering: 'durable', responders: [], waiting: 0, running: 0, ended: {} },
      { call: 'movements', answering: 'stream', responders: [], waiting: 0, running: 0, ended: {} },
    ]);
  });
});

describe('a durable call', () => {
  const durable = { call: 'order', input: { sku: 'tea' }, callId: 'order-1' };
  const both = entriesOf({ ann: { call: ['*'] }, bob: { call: ['*'], serve: ['*'] } });

  it('is known to the principal alone that made it', async () => {
    await holders.rewrite(...both);
    const [ann, bob] = [await holders.client(keyOf('ann')), await holders.client(keyOf('bob'))];
    ann.socket.emit('calls', 'stock', [{ ...durable, id: 1, input: '{"sku":"tea"}' }]);
    await ann.value('queues');
    const attached = { call: 'order', callId: 'order-1' };
    expect(await bob.refusal('call', 'stock', attached)).toMatchObject({ code: 'call_gone' });
  });
});
