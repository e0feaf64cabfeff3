import { describe, expect, it } from '@jest/globals';
import { received } from '../plain-client.fixture.js';
import { output, reserve, serving, stockClients } from './stock-clients.fixture.js';

const now = stockClients();
const order = reserve.input;

describe('one call', () => {
  it('is answered with the output of its responder', async () => {
    now.answering(({ input }) => output({ reservation: `for ${input}` }));
    await now.serve();
    expect(await now.caller.value('call', 'stock', reserve)).toEqual({
      kind: 'output',
      output: { reservation: 'for {"sku":"tea","count":2}' },
    });
  });

  it('is answered with a declared failure', async () => {
    now.answering(() => ({
      kind: 'failure',
      failure: { code: 'sold_out', data: { left: 1 } },
      reason: 'gone',
    }));
    await now.serve();
    expect(await now.caller.value('call', 'stock', reserve)).toEqual({
      kind: 'failure',
      failure: { code: 'sold_out', data: { left: 1 } },
      reason: 'gone',
    });
  });

  it('is made again after a failure that is retried', async () => {
    let attempts = 0;
    now.answering(() =>
      ++attempts < 3
        ? { kind: 'failure', failure: { code: 'offline' }, reason: '' }
        : output({ reservation: 'third' }),
    );
    await now.serve();
    expect(await now.caller.value('call', 'stock', reserve)).toMatchObject({
      output: { reservation: 'third' },
    });
  });

  it.each<[string, string, object]>([
    ['of no call of the queue', 'call_unknown', { call: 'reserv', input: order }],
    ['of an event', 'call_unknown', { call: 'low', input: { sku: 'tea' } }],
    ['with an input that does not match', 'payload_invalid', { call: 'reserve', input: { sku: 'tea' } }],
    ['without an input', 'request_invalid', { call: 'reserve' }],
    ['of a stream', 'request_invalid', { call: 'movements', input: { sku: 'tea' } }],
    ['with a time that is none', 'request_invalid', { ...reserve, timeoutMs: 0 }],
  ])('%s is refused: %s', async (_what, code, request) => {
    expect(await now.caller.refusal('call', 'stock', request)).toMatchObject({ code });
  });

  it('of a queue without calls is refused', async () => {
    expect(await now.caller.refusal('call', 'other', reserve)).toMatchObject({ code: 'call_unknown' });
  });

  it('whose time is over is answered, and its responder is notified', async () => {
    const ended = received(now.responder.socket, 'invocation:end', 1);
    const handedOut = now.invoked();
    await now.serve();
    const refused = await now.caller.refusal('call', 'stock', { ...reserve, timeoutMs: 50 });
    expect(refused).toMatchObject({ code: 'deadline_exceeded' });
    expect(await ended).toEqual([[(await handedOut).token]]);
  });

  it.each<[string, object]>([
    ['an output that does not match', output({ reserved: 1 })],
    ['text that is no JSON', { kind: 'output', output: '{' }],
    ['a failure that is not declared', { kind: 'failure', failure: { code: 'gone' }, reason: '' }],
    ['a failure with other data', { kind: 'failure', failure: { code: 'sold_out', data: 1 }, reason: '' }],
    ['an item', { kind: 'item', output: '1' }],
    ['an end', { kind: 'end' }],
    ['no kind', {}],
    ['an output that is no text', { kind: 'output', output: { reservation: 'a' } }],
  ])('whose responder replies with %s has no valid answer', async (_what, reply) => {
    now.answering(() => reply);
    await now.serve();
    expect(await now.caller.refusal('call', 'stock', reserve)).toMatchObject({ code: 'answer_invalid' });
  });

  it('has nothing of an error of its responder but what it says of the call', async () => {
    now.answering(() => ({
      kind: 'error',
      error: { code: 'E_SECRET', message: 'failed', details: { key: 1 } },
    }));
    await now.serve();
    expect(await now.caller.refusal('call', 'stock', reserve)).toEqual({
      code: 'call_failed',
      message: 'failed',
      details: {},
      retryable: false,
    });
  });
});

describe('a responder', () => {
  it('learns which of its replies was refused', async () => {
    const handedOut = now.invoked();
    await now.serve();
    const answer = now.caller.refusal('call', 'stock', reserve);
    const { token } = await handedOut;
    const refusal = await now.responder.refusal('replies', [{ token, ...output({ reserved: 1 }) }]);
    expect(refusal).toMatchObject({ code: 'answer_invalid' });
    expect(await answer).toMatchObject({ code: 'answer_invalid' });
  });

  it('that is lost leaves the outcome unknown', async () => {
    const handedOut = now.invoked();
    await now.serve();
    const answer = now.caller.refusal('call', 'stock', reserve);
    await handedOut;
    now.responder.socket.disconnect();
    expect(await answer).toMatchObject({ code: 'outcome_unknown' });
  });

  it('that ends answers what it has', async () => {
    const handedOut = now.invoked();
    await now.serve();
    const answer = now.caller.value('call', 'stock', reserve);
    const { token } = await handedOut;
    await now.responder.value('serve:end', 'r');
    now.responder.socket.emit('replies', [{ token, ...output({ reservation: 'late' }) }]);
    expect(await answer).toMatchObject({ output: { reservation: 'late' } });
  });

  it('that ended and is lost leaves the outcome of what it had unknown', async () => {
    const handedOut = now.invoked();
    await now.serve();
    const answer = now.caller.refusal('call', 'stock', reserve);
    await handedOut;
    await now.responder.value('serve:end', 'r');
    now.responder.socket.disconnect();
    expect(await answer).toMatchObject({ code: 'outcome_unknown' });
  });

  it('gets no more after its end', async () => {
    await now.serve();
    await now.responder.value('serve:end', 'r');
    expect(await now.caller.refusal('call', 'stock', { ...reserve, timeoutMs: 20 })).toMatchObject({
      code: 'deadline_exceeded',
    });
  });

  it.each<[string, string, object]>([
    ['of no call of the queue', 'call_unknown', { calls: ['reserv'] }],
    ['of no call', 'request_invalid', { calls: [] }],
    ['of a queue without calls', 'call_unknown', { queue: 'other' }],
    ['of no queue', 'queue_unknown', { queue: 'stocks' }],
    ['with no place', 'request_invalid', { concurrency: 0 }],
  ])('%s is refused: %s', async (_what, code, request) => {
    expect(await now.responder.refusal('serve', { ...serving, ...request })).toMatchObject({ code });
  });

  it('has a name of its own on its connection', async () => {
    await now.serve();
    expect(await now.responder.refusal('serve', serving)).toMatchObject({ code: 'subscription_exists' });
    expect(await now.responder.refusal('serve:end', 'x')).toMatchObject({ code: 'subscription_unknown' });
  });
});

describe('a shutdown', () => {
  it('waits for the answers of running calls, and refuses new ones', async () => {
    await now.serve();
    const handedOut = now.invoked();
    const answer = now.caller.value('call', 'stock', reserve);
    const { token } = await handedOut;
    const draining = received(now.caller.socket, 'draining', 1);
    const closed = now.server.close();
    await draining;
    expect(await now.caller.refusal('call', 'stock', reserve)).toMatchObject({ code: 'draining' });
    now.responder.socket.emit('replies', [{ token, ...output({ reservation: 'last' }) }]);
    expect(await answer).toMatchObject({ output: { reservation: 'last' } });
    await closed;
  });
});
