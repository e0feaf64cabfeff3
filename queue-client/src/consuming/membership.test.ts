import { describe, expect, it } from '@jest/globals';
import type { QueueError } from '@typed-queue/contracts';
import { codeOf } from '../code-of.fixture.js';
import { refused } from '../requests.fixture.js';
import { eventLoopIdle } from '../runtime.fixture.js';
import { openSubscription, subscribed } from './subscription.fixture.js';

const nothing = (): void => undefined;

describe('membership', () => {
  it('asks for frames and is ready with the first answer', async () => {
    const { subscription, server, join } = openSubscription(nothing);
    join();
    await subscription.ready;
    expect(server.joins.map(({ request }) => request)).toEqual([
      { subscription: 'files/1', queue: 'files', group: 'logger', form: 'frame', settings: {}, tokens: [] },
    ]);
  });

  it('retries no earlier than the server says, without an event', () => {
    const { subscription, server, runtime, events } = openSubscription(nothing);
    subscription.online();
    server.joins[0]?.answer(refused('rate_limited', { retryAfterMs: 4_000 }));
    expect([...runtime.timers.values()]).toEqual([4_400]);
    expect(events).toEqual([]);
  });

  it('asks again after a retryable refusal', async () => {
    const { subscription, server, runtime } = openSubscription(nothing);
    subscription.online();
    server.joins[0]?.answer(refused('draining'));
    expect(server.joins).toHaveLength(1);
    expect(runtime.fireNextTimer()).toBe(100);
    expect(server.joins).toHaveLength(2);
    server.joins[1]?.answer(refused('draining'));
    subscription.offline();
    expect(runtime.timers.size).toBe(0);
    subscription.online();
    server.joins[2]?.answer({ ok: true, value: subscribed() });
    await subscription.ready;
  });

  it('reports refusals: once for each code, and again after it was a member', () => {
    const { subscription, server, events, runtime, join } = openSubscription(nothing);
    subscription.online();
    for (const code of ['group_conflict', 'group_conflict', 'overloaded', 'group_conflict'] as const) {
      server.joins.at(-1)?.answer(refused(code));
      runtime.fireNextTimer();
    }
    const reported = () =>
      events.map(([, event]) => event as { error: QueueError; group: string; queue: string });
    expect(reported()).toMatchObject([
      { error: { code: 'group_conflict' }, queue: 'files', group: 'logger' },
      { error: { code: 'overloaded' }, queue: 'files', group: 'logger' },
    ]);
    subscription.offline();
    join();
    subscription.offline();
    subscription.online();
    server.joins.at(-1)?.answer(refused('group_conflict'));
    expect(reported().map(({ error }) => error.code)).toEqual([
      'group_conflict',
      'overloaded',
      'group_conflict',
    ]);
    subscription.offline();
  });

  it('names life and floor of the last answer when it joins again', () => {
    const { subscription, server, join } = openSubscription(nothing);
    join({ life: 'first', floor: 3 });
    subscription.offline();
    join({ life: 'second', floor: 1 });
    subscription.offline();
    subscription.online();
    expect(server.joins.map(({ request }) => request.known)).toEqual([
      undefined,
      { life: 'first', floor: 3 },
      { life: 'second', floor: 1 },
    ]);
    subscription.offline();
  });

  it('reports that the group was reset', () => {
    const { join, events } = openSubscription(nothing);
    const reset = { reason: 'reset', from: 7, epoch: 'f' } as const;
    join({ reset });
    expect(events).toEqual([['gap', { queue: 'files', group: 'logger', ...reset }]]);
  });

  it('ends with a permanent refusal', async () => {
    const { subscription, server, events, ends } = openSubscription(nothing);
    subscription.online();
    server.joins[0]?.answer(refused('queue_unknown'));
    expect(await codeOf(subscription.ready)).toBe('queue_unknown');
    expect(ends).toEqual(['ended']);
    expect(events).toMatchObject([
      ['error', { error: { code: 'queue_unknown' }, queue: 'files', group: 'logger' }],
    ]);
    await subscription.close();
  });

  it('ignores an answer that arrives after its connection ended', async () => {
    const { subscription, server, ends, join } = openSubscription(nothing);
    subscription.online();
    subscription.offline();
    server.joins[0]?.answer(refused('queue_unknown'));
    expect(ends).toEqual([]);
    join();
    await subscription.ready;
  });

  it('closed between two tries, it neither asks again nor unsubscribes', async () => {
    const { subscription, server, runtime } = openSubscription(nothing);
    subscription.online();
    server.joins[0]?.answer(refused('draining'));
    await subscription.close();
    expect(server.joins).toHaveLength(1);
    expect(server.leaves).toHaveLength(0);
    expect(runtime.timers.size).toBe(0);
  });

  it('a refusal without a listener is no unhandled rejection', async () => {
    const { subscription, server } = openSubscription(nothing);
    subscription.online();
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    server.joins[0]?.answer(refused('queue_unknown'));
    await eventLoopIdle();
    await eventLoopIdle();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});
