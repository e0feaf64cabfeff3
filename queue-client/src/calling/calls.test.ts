import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { codeOf } from '../code-of.fixture.js';
import { DeclaredFailure } from '../failures/declared-failure.js';
import { eventLoopIdle } from '../runtime.fixture.js';
import { openCalls, output, refusedWith, TEA } from './calls.fixture.js';
import { setDeadline } from './inherited-deadline.js';

/** The code of any error that a promise rejects with. */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => error,
  );

describe('a call', () => {
  it('is sent with those of the same turn, of its queue, with what is left of its time', () => {
    const { calls, make, runtime, server } = openCalls();
    void calls.call(make('reserve', TEA));
    runtime.pass(100);
    void calls.call(make('count', { sku: 'tea' }, { timeoutMs: 300 }));
    expect(server.packets).toEqual([]);
    runtime.endTurn();
    expect(server.packets).toEqual([
      {
        queue: 'stock',
        calls: [
          { id: 1, call: 'reserve', input: '{"sku":"tea","count":2}', timeoutMs: 4_900 },
          { id: 2, call: 'count', input: '{"sku":"tea"}', timeoutMs: 300 },
        ],
      },
    ]);
  });

  it('is one of at most 1,000 in a packet, and of about 1 MiB', () => {
    const { calls, make, runtime, server } = openCalls();
    const texts = ['x'.repeat(600_000), 'x'.repeat(600_000), ...Array.from({ length: 1_500 }, () => 'x')];
    for (const sku of texts) void calls.call(make('count', { sku }));
    runtime.endTurn();
    expect(server.packets.map((packet) => packet.calls.length)).toEqual([1, 1_000, 501]);
  });

  it('resolves with its output', async () => {
    const { calls, make, runtime, answer } = openCalls();
    const reserved = calls.call(make('reserve', TEA));
    const counted = calls.call(make('count', { sku: 'tea' }));
    runtime.endTurn();
    answer({ id: 2, kind: 'output', output: output(7) });
    answer({ id: 1, kind: 'output', output: output({ reservation: 'r' }) });
    expect(await counted).toBe(7);
    expect(await reserved).toEqual({ reservation: 'r' });
    expect(runtime.timers.size).toBe(0);
  });

  it('fails as the contract declares', async () => {
    const { calls, make, runtime, answer } = openCalls();
    const failed = failureOf(calls.call(make('reserve', TEA)));
    runtime.endTurn();
    const failure = { code: 'sold_out', data: { left: 3 } };
    answer({ id: 1, kind: 'failure', failure, reason: 'only 3 left' });
    const error = await failed;
    expect(error).toBeInstanceOf(DeclaredFailure);
    expect(error).toMatchObject({ ...failure, message: 'only 3 left' });
  });

  it.each([
    ['of an unknown code', { code: 'lost' }],
    ['of another call', { code: 'archived' }],
    ['with other data', { code: 'sold_out', data: { left: 'three' } }],
  ])('fails with what its contract does not declare, %s', async (_what, failure) => {
    const { calls, make, runtime, answer } = openCalls();
    const failed = failureOf(calls.call(make('reserve', TEA)));
    runtime.endTurn();
    answer({ id: 1, kind: 'failure', failure, reason: 'why' });
    expect(await failed).toMatchObject({ code: 'undeclared', data: failure, message: 'why' });
  });

  it.each([
    ['an output that does not match the contract', { kind: 'output', output: output({ reserved: 'r' }) }],
    ['a part of a stream', { kind: 'end' }],
  ] as const)('refuses %s', async (_what, given) => {
    const { calls, make, runtime, answer } = openCalls();
    const failed = codeOf(calls.call(make('reserve', TEA)));
    runtime.endTurn();
    answer({ id: 1, ...given });
    expect(await failed).toBe('answer_invalid');
  });

  it.each(['no_responder', 'call_failed', 'forbidden', 'outcome_unknown', 'internal'] as const)(
    'fails with the %s of the server at once',
    async (code) => {
      const { calls, make, runtime, server, answer } = openCalls();
      const failed = codeOf(calls.call(make('reserve', TEA)));
      runtime.endTurn();
      answer({ id: 1, ...refusedWith(code) });
      expect(await failed).toBe(code);
      expect(server.cancelled).toEqual([]);
    },
  );

  it('fails with an error that names it, and its queue', async () => {
    const { calls, make, runtime, answer } = openCalls();
    const failed = failureOf(calls.call(make('reserve', TEA)));
    runtime.endTurn();
    answer({ id: 1, ...refusedWith('no_responder', { why: 'none' }) });
    expect(await failed).toMatchObject({
      message: expect.stringMatching(/^The call "reserve" of "stock": /),
      details: { queue: 'stock', call: 'reserve', why: 'none' },
    });
  });

  it('to a server that knows no calls fails', async () => {
    const { calls, make, runtime, server } = openCalls();
    server.refusal = new QueueError('protocol_unsupported', 'old');
    const failed = codeOf(calls.call(make('reserve', TEA)));
    runtime.endTurn();
    expect(await failed).toBe('protocol_unsupported');
    expect(server.packets).toEqual([]);
  });
});

describe('when its time is over', () => {
  it('a call is cancelled', async () => {
    const { calls, make, runtime, server, pass } = openCalls();
    const failed = failureOf(calls.call(make('reserve', TEA)));
    runtime.endTurn();
    pass(5_000);
    expect(await failed).toMatchObject({
      code: 'deadline_exceeded',
      message: 'After 5000 ms the call "reserve" of "stock" has no answer.',
    });
    expect(server.cancelled).toEqual([1]);
  });

  it('a call that was never sent says so', async () => {
    const { calls, make, server, pass } = openCalls();
    calls.offline();
    const failed = failureOf(calls.call(make('reserve', TEA, { timeoutMs: 300 })));
    pass(300);
    expect(await failed).toMatchObject({
      code: 'deadline_exceeded',
      message: expect.stringContaining('no answer; there was no connection to send it by.'),
    });
    calls.online();
    pass(0);
    expect([server.packets, server.cancelled]).toEqual([[], []]);
  });

  it('a call that is refused for now fails with that error', async () => {
    const { calls, make, runtime, answer, pass } = openCalls();
    const failed = codeOf(calls.call(make('reserve', TEA)));
    runtime.endTurn();
    answer({ id: 1, ...refusedWith('rate_limited', { retryAfterMs: 60_000 }) });
    pass(5_000);
    expect(await failed).toBe('rate_limited');
  });

  it('an answer is ignored', async () => {
    const { calls, make, runtime, answer, pass } = openCalls();
    const failed = codeOf(calls.call(make('count', { sku: 'tea' }, { timeoutMs: 10 })));
    runtime.endTurn();
    pass(10);
    answer({ id: 1, kind: 'output', output: output(7) });
    expect(await failed).toBe('deadline_exceeded');
  });
});

it.each(['rate_limited', 'overloaded', 'draining', 'auth_expired'] as const)(
  'a call that is refused with %s is sent again after a delay, with what is left of its time',
  async (code) => {
    const { calls, make, runtime, server, answer, pass } = openCalls();
    const counted = calls.call(make('count', { sku: 'tea' }));
    runtime.endTurn();
    answer({ id: 1, ...refusedWith(code, { retryAfterMs: 1_000 }) });
    pass(999);
    expect(server.calls).toHaveLength(1);
    pass(101);
    expect(server.calls.map(({ id, timeoutMs }) => [id, timeoutMs])).toEqual([
      [1, 10_000],
      [1, 8_900],
    ]);
    answer({ id: 1, kind: 'output', output: output(7) });
    expect(await counted).toBe(7);
  },
);

describe('when the connection is lost', () => {
  it('what was not sent waits for the next one', async () => {
    const { calls, make, server, pass, answer } = openCalls();
    calls.offline();
    const counted = calls.call(make('count', { sku: 'tea' }));
    pass(100);
    calls.online();
    pass(0);
    expect(server.calls).toMatchObject([{ id: 1, timeoutMs: 9_900 }]);
    answer({ id: 1, kind: 'output', output: output(7) });
    expect(await counted).toBe(7);
  });

  it('the outcome of what was sent is unknown', async () => {
    const { calls, make, runtime, server } = openCalls();
    const failed = codeOf(calls.call(make('reserve', TEA)));
    runtime.endTurn();
    calls.offline();
    expect(await failed).toBe('outcome_unknown');
    calls.online();
    runtime.endTurn();
    expect(server.calls).toHaveLength(1);
    expect(server.cancelled).toEqual([]);
  });

  it('what is idempotent is sent again', () => {
    const { calls, make, runtime, server, pass } = openCalls();
    void calls.call(make('count', { sku: 'tea' }));
    runtime.endTurn();
    calls.offline();
    pass(1_000);
    calls.online();
    pass(0);
    expect(server.calls.map(({ timeoutMs }) => timeoutMs)).toEqual([10_000, 9_000]);
  });

  it('what was refused is sent again at once', () => {
    const { calls, make, runtime, server, answer } = openCalls();
    void calls.call(make('reserve', TEA));
    runtime.endTurn();
    answer({ id: 1, ...refusedWith('overloaded') });
    calls.offline();
    calls.online();
    runtime.endTurn();
    expect(server.calls.map(({ id }) => id)).toEqual([1, 1]);
  });
});

describe('a signal', () => {
  it('that was aborted before sends nothing', async () => {
    const { calls, make, runtime, server } = openCalls();
    expect(await codeOf(calls.call(make('reserve', TEA, { signal: AbortSignal.abort() })))).toBe('aborted');
    runtime.endTurn();
    expect(server.packets).toEqual([]);
  });

  it('that aborts withdraws what was not sent', async () => {
    const { calls, make, runtime, server } = openCalls();
    const controller = new AbortController();
    const failed = failureOf(calls.call(make('reserve', TEA, { signal: controller.signal })));
    const cause = new Error('enough');
    controller.abort(cause);
    runtime.endTurn();
    expect(await failed).toMatchObject({ code: 'aborted', cause });
    expect([server.packets, server.cancelled]).toEqual([[], []]);
  });

  it('that aborts cancels what was sent', async () => {
    const { calls, make, runtime, server } = openCalls();
    const controller = new AbortController();
    const failed = codeOf(calls.call(make('reserve', TEA, { signal: controller.signal })));
    runtime.endTurn();
    controller.abort();
    runtime.endTurn();
    expect(await failed).toBe('outcome_unknown');
    expect(server.cancelled).toEqual([1]);
  });

  it('that aborts after a refusal withdraws the call', async () => {
    const { calls, make, runtime, answer } = openCalls();
    const controller = new AbortController();
    const failed = codeOf(calls.call(make('reserve', TEA, { signal: controller.signal })));
    runtime.endTurn();
    answer({ id: 1, ...refusedWith('overloaded') });
    controller.abort();
    expect(await failed).toBe('aborted');
    expect(runtime.timers.size).toBe(0);
  });

  it.each([
    ['the earlier deadline', 200, 200],
    ['no later deadline', 60_000, 5_000],
  ])('of a responder brings %s', (_what, inheritedMs, timeoutMs) => {
    const { calls, make, runtime, server } = openCalls();
    const { signal } = new AbortController();
    setDeadline(signal, runtime.now() + inheritedMs);
    void calls.call(make('reserve', TEA, { signal })).catch(() => undefined);
    runtime.endTurn();
    expect(server.calls).toMatchObject([{ timeoutMs }]);
  });
});

it('a client that ends knows the outcome of what was not sent', async () => {
  const { calls, make, runtime } = openCalls();
  const sent = codeOf(calls.call(make('reserve', TEA)));
  runtime.endTurn();
  const waiting = codeOf(calls.call(make('reserve', TEA)));
  calls.fail(new QueueError('closed', 'The client is closed.'));
  expect(await Promise.all([sent, waiting])).toEqual(['outcome_unknown', 'closed']);
  await eventLoopIdle();
  expect(runtime.timers.size).toBe(0);
});
