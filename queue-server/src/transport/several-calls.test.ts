import { describe, expect, it } from '@jest/globals';
import { received } from '../plain-client.fixture.js';
import { output, reserve, reserving, stockClients } from './stock-clients.fixture.js';

const now = stockClients();
const order = reserve.input;

describe('several calls', () => {
  it('are each answered by their number', async () => {
    now.answering(({ input }) => output({ reservation: input }));
    await now.serve();
    const answered = now.answers();
    now.caller.socket.emit('calls', 'stock', [reserving(7), reserving(9, { sku: 'x' })]);
    expect(await answered).toEqual([
      { id: 9, kind: 'error', error: expect.objectContaining({ code: 'payload_invalid' }) },
    ]);
    expect(await now.answers()).toMatchObject([{ id: 7, kind: 'output' }]);
  });

  it.each<[string, string, string, unknown]>([
    ['of an unknown queue', 'queue_unknown', 'stocks', [reserving(3)]],
    [
      'with more than 1,000',
      'request_invalid',
      'stock',
      Array.from({ length: 1_001 }, (_, id) => reserving(id)),
    ],
    ['without a name', 'request_invalid', 'stock', [{ id: 3, input: '1' }]],
    ['with a number as a header', 'request_invalid', 'stock', [{ ...reserving(3), headers: { count: 1 } }]],
    [
      'with headers beyond 16 KiB',
      'message_too_large',
      'stock',
      [{ ...reserving(3), headers: { a: 'x'.repeat(16_384) } }],
    ],
    ['with a value for its text', 'request_invalid', 'stock', [{ ...reserving(3), input: order }]],
  ])('%s are answered with the error: %s', async (_what, code, queue, calls) => {
    const answered = now.answers();
    now.caller.socket.emit('calls', queue, calls);
    expect(await answered).toContainEqual({
      id: 3,
      kind: 'error',
      error: expect.objectContaining({ code }),
    });
  });

  it('that are cancelled end, and a second of an open number is refused', async () => {
    const ended = received(now.responder.socket, 'invocation:end', 1);
    await now.serve();
    const handedOut = now.invoked();
    now.caller.socket.emit('calls', 'stock', [reserving(1)]);
    const { token } = await handedOut;
    const refused = now.answers();
    now.caller.socket.emit('calls', 'stock', [reserving(1)]);
    expect(await refused).toMatchObject([{ id: 1, error: { code: 'request_invalid' } }]);
    const cancelled = now.answers();
    now.caller.socket.emit('call:cancel', [1]);
    expect(await ended).toEqual([[token]]);
    expect(await cancelled).toMatchObject([{ id: 1, error: { code: 'aborted' } }]);
  });

  it('of a caller that is gone end', async () => {
    const ended = received(now.responder.socket, 'invocation:end', 1);
    await now.serve();
    const handedOut = now.invoked();
    now.caller.socket.emit('calls', 'stock', [reserving(1)]);
    const { token } = await handedOut;
    now.caller.socket.disconnect();
    expect(await ended).toEqual([[token]]);
  });
});

describe('a stream', () => {
  const movements = (window: number) => ({
    id: 1,
    call: 'movements',
    input: JSON.stringify({ sku: 'tea' }),
    window,
  });

  it('brings its items, and then its end', async () => {
    await now.serve();
    const handedOut = now.invoked();
    now.caller.socket.emit('calls', 'stock', [movements(2)]);
    const { token, ...rest } = await handedOut;
    expect(rest).toMatchObject({ call: 'movements', window: 2 });
    const answered = now.answers();
    const item = (value: number) => ({ token, kind: 'item', output: String(value) });
    now.responder.socket.emit('replies', [item(1), item(2), { token, kind: 'end' }]);
    expect(await answered).toEqual([
      { id: 1, kind: 'item', output: '1' },
      { id: 1, kind: 'item', output: '2' },
      { id: 1, kind: 'end' },
    ]);
  });

  it('asks its responder for more', async () => {
    const more = new Promise((resolve) =>
      now.responder.socket.once('invocation:more', (...args) => resolve(args)),
    );
    await now.serve();
    const handedOut = now.invoked();
    now.caller.socket.emit('calls', 'stock', [movements(1)]);
    const { token } = await handedOut;
    now.caller.socket.emit('call:more', 1, 5);
    expect(await more).toEqual([token, 5]);
  });

  it('with an item that does not match ends', async () => {
    await now.serve();
    const handedOut = now.invoked();
    now.caller.socket.emit('calls', 'stock', [movements(2)]);
    const { token } = await handedOut;
    const answered = now.answers();
    now.responder.socket.emit('replies', [{ token, kind: 'item', output: '"x"' }]);
    expect(await answered).toMatchObject([{ id: 1, kind: 'error', error: { code: 'answer_invalid' } }]);
  });
});
