import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { ok } from '@typed-queue/contracts/wire';
import { codeOf } from '../code-of.fixture.js';
import { Deadline } from '../deadline.js';
import { eventLoopIdle } from '../runtime.fixture.js';
import type { CallPromise } from './call.js';
import { lazyCalls, output, refusedWith, TEA } from './calls.fixture.js';

/** Calls `reserve`, and waits until it was sent. */
const reserve = async (opened: ReturnType<typeof lazyCalls>, input: object = TEA) => {
  const { lazy, sent } = opened;
  // Safe: it is no stream.
  const called = lazy.call('stock', 'reserve', input) as CallPromise<unknown>;
  await sent();
  // Not the promise itself, which would be awaited.
  return { called };
};

describe('the first call', () => {
  it('is sent when its code is loaded, with its input of before', async () => {
    const opened = lazyCalls();
    const input = { ...TEA };
    const called = reserve(opened, input);
    input.count = 7;
    (await called).called.catch(() => undefined);
    expect(opened.server.calls).toMatchObject([{ input: JSON.stringify(TEA) }]);
  });

  it('waits for the connection, and ends with the client', async () => {
    const { lazy, server, runtime, sent } = lazyCalls({ online: false });
    const called = codeOf(lazy.call('stock', 'reserve', TEA) as Promise<unknown>);
    await sent();
    expect(server.packets).toEqual([]);
    lazy.fail(new QueueError('closed', 'The client is closed.'));
    expect(await called).toBe('closed');
    expect(runtime.timers.size).toBe(0);
  });

  it('of a client that ends before its code is loaded fails', async () => {
    const { lazy } = lazyCalls();
    const called = codeOf(lazy.call('stock', 'reserve', TEA) as Promise<unknown>);
    lazy.fail(new QueueError('closed', 'The client is closed.'));
    expect(await called).toBe('closed');
  });
});

describe('the answer', () => {
  it('has the output', async () => {
    const opened = lazyCalls();
    const { called } = await reserve(opened);
    opened.answer({ id: 1, kind: 'output', output: output({ reservation: 'r' }) });
    expect(await called.answer).toEqual({ ok: true, value: { reservation: 'r' } });
  });

  it('has the failure or the error; an unhandled rejection would fail this test', async () => {
    const opened = lazyCalls();
    const { answer } = (await reserve(opened)).called;
    opened.answer({ id: 1, ...refusedWith('no_responder') });
    expect(await answer).toMatchObject({ ok: false, error: { code: 'no_responder' } });
  });

  it('has what the client refuses', async () => {
    const { lazy } = lazyCalls();
    const { answer } = lazy.call('stock', 'reserved', TEA) as CallPromise<unknown>;
    expect(await answer).toMatchObject({ ok: false, error: { code: 'call_unknown' } });
  });
});

describe('a streaming call', () => {
  const stream = (opened: ReturnType<typeof lazyCalls>, input: unknown = { sku: 'tea' }) =>
    // Safe: the call is a stream.
    opened.lazy.call('stock', 'movements', input) as AsyncIterable<unknown>;

  it('begins with its loop', async () => {
    const opened = lazyCalls();
    const movements = stream(opened);
    await opened.sent();
    expect(opened.server.packets).toEqual([]);
    opened.runtime.pass(1_000);
    const iterator = movements[Symbol.asyncIterator]();
    await opened.sent();
    expect(opened.server.calls).toMatchObject([{ call: 'movements', timeoutMs: 10_000 }]);
    opened.answer({ id: 1, kind: 'item', output: output(7) });
    expect(await iterator.next()).toEqual({ done: false, value: 7 });
    await iterator.return?.();
    await opened.sent();
    expect(opened.server.cancelled).toEqual([1]);
  });

  it('throws in its loop what the client refuses', async () => {
    const opened = lazyCalls();
    const iterator = stream(opened, 7n)[Symbol.asyncIterator]();
    expect(await codeOf(iterator.next())).toBe('payload_invalid');
  });
});

describe('responders', () => {
  const responders = { reserve: () => 1, count: () => 1, movements: () => [] };

  it('are ready when the server has accepted them, and leave with the client', async () => {
    const { lazy, server, runtime, sent } = lazyCalls();
    const serving = lazy.serve('stock', responders);
    await sent();
    server.served[0]?.answer(ok(null));
    await serving.ready;
    const left = lazy.leave(new Deadline(runtime, 1_000));
    expect(server.ends).toHaveLength(1);
    server.ends[0]?.answer(ok(null));
    await left;
  });

  it('that are not loaded yet leave with the client, too', async () => {
    const { lazy, server, runtime } = lazyCalls();
    lazy.serve('stock', responders);
    const left = lazy.leave(new Deadline(runtime, 1_000));
    await eventLoopIdle();
    server.ends[0]?.answer(ok(null));
    await left;
    expect(server.ends).toHaveLength(server.served.length);
  });
});
