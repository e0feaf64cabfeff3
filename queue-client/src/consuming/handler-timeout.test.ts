import { describe, expect, it } from '@jest/globals';
import type { AnyMessage, QueueError } from '@typed-queue/contracts';
import { eventLoopIdle } from '../runtime.fixture.js';
import type { HandlerContext } from './handler.js';
import { gate, openSubscription } from './subscription.fixture.js';

const open = (timeoutMs?: number) => {
  const works: ReturnType<typeof gate>[] = [];
  const signals: AbortSignal[] = [];
  const handle = (_: AnyMessage, { signal }: HandlerContext) => {
    const work = gate();
    works.push(work);
    signals.push(signal);
    return work.promise;
  };
  const opened = openSubscription(handle, { timeoutMs });
  const pass = (ms: number): void => {
    opened.runtime.pass(ms);
    opened.runtime.round();
    opened.runtime.endTurn();
  };
  return { ...opened, works, signals, pass };
};

describe('a handler that takes longer than `handlerTimeoutMs`', () => {
  it('is aborted and counts one failure, and its place is free', () => {
    const { join, grant, server, events, signals, pass } = open(1_000);
    join();
    grant({ token: 1, seqs: [1, 2] });
    pass(999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    pass(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(server.settles[0]?.settlements).toEqual([
      {
        token: 1,
        outcome: { kind: 'retry', reason: expect.stringContaining('took longer than 1000 ms') },
        ranges: [[1, 1]],
      },
    ]);
    const error = { code: 'handler_timeout', details: { seq: 1, timeoutMs: 1_000 } };
    expect(events).toMatchObject([['handler:error', { message: { seq: 1 }, error }]]);
    expect((signals[0]?.reason as QueueError).code).toBe('handler_timeout');
  });

  it.each(['open', 'fail'] as const)('has no other outcome when it ends late (%s)', async (end) => {
    const { join, grant, sentOutcomes, confirmSettle, works, events, pass } = open(1_000);
    join();
    grant({ token: 1, seqs: [1, 1] });
    pass(1_000);
    confirmSettle();
    works[0]?.[end](new Error('late'));
    await eventLoopIdle();
    pass(0);
    expect(sentOutcomes()).toEqual([[{ token: 1, retry: [[1, 1]] }]]);
    expect(events.map(([name]) => name)).toEqual(['handler:error']);
  });

  it('is not waited for by `close`', async () => {
    const { join, grant, subscription, server, confirmSettle, pass } = open(1_000);
    join();
    grant({ token: 1, seqs: [1, 1] });
    pass(1_000);
    confirmSettle();
    const closed = subscription.close();
    await eventLoopIdle();
    server.leaves[0]?.answer({ ok: true, value: null });
    await closed;
  });

  it('does not affect handlers in time, and leaves no timer when all are closed', async () => {
    const { join, grant, sentOutcomes, works, pass, subscription, runtime } = open(1_000);
    join();
    grant({ token: 1, seqs: [1, 2] });
    pass(900);
    works[0]?.open();
    await eventLoopIdle();
    pass(900);
    expect(sentOutcomes()).toEqual([[{ token: 1, ack: [[1, 1]] }]]);
    const closed = subscription.close({ timeoutMs: 1 });
    runtime.fireNextTimer();
    await closed;
    expect(runtime.timers.size).toBe(0);
  });
});

describe('a handler that never returns', () => {
  it('is reported after a minute, once, with its message', () => {
    const { join, grant, events, confirmSettle, pass, signals } = open();
    join();
    grant({ token: 1, seqs: [1, 2] });
    for (let tenth = 0; tenth < 30; tenth++) {
      pass(6_000);
      confirmSettle();
    }
    expect(events).toMatchObject([
      [
        'handler:slow',
        { queue: 'files', group: 'logger', message: { seq: 1 }, attempt: 1, runningMs: 60_000 },
      ],
    ]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });
});
