import { describe, expect, it } from '@jest/globals';
import { save, sharedServer, type Grant } from './shared-server.fixture.js';

const server = sharedServer();
const group = (queue: string, more: object = {}) => ({ subscription: 's', queue, group: 'g', ...more });
const tail = (queue: string, more: object = {}) => ({ subscription: 't', queue, from: 'start', ...more });

describe('a request', () => {
  it('without a callback is handled, and has no answer', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    client.socket.emit('publish', queue, save(1));
    expect(await client.value('publish', queue, save(2))).toMatchObject({ seq: 2 });
    expect(client.order).toEqual(['answer publish']);
  });

  it('that is refused has an error of four fields', async () => {
    const client = await server.connect();
    expect(await client.ask('publish', 'nothing', save(1))).toEqual({
      ok: false,
      error: {
        code: 'queue_unknown',
        message: expect.any(String),
        details: expect.any(Object),
        retryable: false,
      },
    });
  });

  it.each(['publsih', 'error', '', '__proto__', 'toString', 'messages'])(
    'that does not exist is refused: %j',
    async (name) => {
      expect(await (await server.connect()).code(name)).toBe('request_invalid');
    },
  );

  it('may have more arguments than it needs', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const later = { later: true };
    const codes = [
      await client.code('publish', queue, save(1), later),
      await client.code('subscribe', group(queue), later),
      await client.code('tail', tail(queue), later),
      await client.code('pause', 's', later),
      await client.code('settle', 's', [], later),
      await client.code('position', 't', 1, later),
      await client.code('unsubscribe', 's', later),
      await client.code('queues', later),
      await client.code('groups', queue, {}, later),
      await client.code('group:pause', queue, 'g', later),
      await client.code('group:resume', queue, 'g', later),
      await client.code('group:seek', queue, 'g', 'now', later),
      await client.code('group:delete', queue, 'g', later),
      await client.code('queue:purge', queue, null, later),
      await client.code('dead-letters', queue, {}, later),
    ];
    expect(codes).toEqual(codes.map(() => 'ok'));
  });

  it('may have unknown fields wherever it has fields', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const later = { later: true };
    const { life } = await client.value<{ life: string }>('subscribe', group(queue));
    await client.value('unsubscribe', 's');
    const window = { messages: 1, ...later };
    const known = { life, floor: 1, ...later };
    const start = { seq: 1, ...later };
    const outcome = { kind: 'ack', ...later };
    const codes = [
      await client.code('subscribe', group(queue, { ...later, window, known, start, settings: later })),
      await client.code('tail', tail(queue, { ...later, window, from: { seq: 1, ...later } })),
      await client.code('settle', 's', [{ token: 1, outcome, ranges: [], ...later }]),
      await client.code('group:seek', queue, 'g', start),
      await client.code('groups', queue, later),
      await client.code('dead-letters', queue, later),
    ];
    expect(codes).toEqual(codes.map(() => 'ok'));
  });

  it.each([
    ['a message', 'message_invalid', 'publish', { ...save(1), later: true }],
    ['a query that redrives', 'request_invalid', 'dead-letters:redrive', { later: true }],
    ['a query that discards', 'request_invalid', 'dead-letters:discard', { later: true }],
  ])('may not have unknown fields in %s: %s', async (_, code, event, input) => {
    expect(await (await server.connect()).code(event, server.queue(), input)).toBe(code);
  });
});

describe('the answer to', () => {
  it('subscribe comes before the first grant', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await server.fill(client, queue, 1);
    void client.ask('subscribe', group(queue));
    await client.next('grant');
    expect(client.order).toEqual(['answer publish', 'answer subscribe', 'grant']);
  });

  it('tail comes before the first replay', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await server.fill(client, queue, 1);
    void client.ask('tail', tail(queue));
    await client.next('live');
    expect(client.order).toEqual(['answer publish', 'answer tail', 'replay', 'live']);
  });

  it('tail comes before live, also in an empty queue', async () => {
    const client = await server.connect();
    void client.ask('tail', tail(server.queue()));
    await client.next('live');
    expect(client.order).toEqual(['answer tail', 'live']);
  });

  it('settle comes after the revoke that it causes', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const headers = { key: 'k' };
    await client.value('publish', queue, [save(1, { headers }), save(2, { headers })]);
    await client.value('subscribe', group(queue));
    const { token } = await client.next<Grant>('grant');
    const outcome = { kind: 'retry', delayMs: 1_000 };
    await client.value('settle', 's', [{ token, outcome, ranges: [[1, 1]] }]);
    expect(client.order.slice(-2)).toEqual(['revoke', 'answer settle']);
    expect(await client.next('revoke')).toMatchObject({ token, ranges: [[2, 2]] });
  });
});
