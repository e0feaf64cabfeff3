import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { codeOf } from '../code-of.fixture.js';
import { eventLoopIdle } from '../runtime.fixture.js';
import { gate, openSubscription } from './subscription.fixture.js';

const nothing = (): void => undefined;

describe('closing', () => {
  it('starts no more handlers, waits for running ones, settles their outcomes, leaves', async () => {
    const works = [gate(), gate()];
    const seen: number[] = [];
    const { join, grant, subscription, runtime, server, sentOutcomes, confirmSettle, ends } =
      openSubscription(({ seq }) => {
        seen.push(seq);
        return works[seq - 1]?.promise;
      });
    join();
    grant({ token: 1, seqs: [1, 2] });
    const closed = subscription.close();
    works[0]?.open();
    await eventLoopIdle();
    runtime.endTurn();
    const outcomes = [
      { token: 1, ack: [[1, 1]] },
      { token: 1, release: [[2, 2]] },
    ];
    expect(seen).toEqual([1]);
    expect(sentOutcomes()).toEqual([outcomes]);
    expect(server.leaves).toHaveLength(0);
    confirmSettle();
    await eventLoopIdle();
    expect(server.leaves.map(({ subscription: name }) => name)).toEqual(['files/1']);
    expect(ends).toEqual([]);
    server.leaves[0]?.answer({ ok: true, value: null });
    await closed;
    expect(ends).toEqual(['ended']);
    expect(runtime.timers.size).toBe(0);
    await subscription.close();
  });

  it('pauses its grants and releases the waiting messages at once, also while a handler runs', async () => {
    const work = gate();
    const { join, grant, subscription, runtime, server, sentOutcomes, confirmSettle } = openSubscription(
      () => work.promise,
    );
    join();
    grant({ token: 1, seqs: [1, 3] });
    const closed = subscription.close();
    expect(server.pauses).toEqual(['files/1']);
    runtime.endTurn();
    expect(sentOutcomes()).toEqual([[{ token: 1, release: [[2, 3]] }]]);
    confirmSettle();
    // It was on its way when the server heard of the pause.
    grant({ token: 2, seqs: [4, 5] });
    runtime.endTurn();
    expect(sentOutcomes(1)).toEqual([[{ token: 2, release: [[4, 5]] }]]);
    confirmSettle();
    work.open();
    await eventLoopIdle();
    runtime.endTurn();
    expect(sentOutcomes(2)).toEqual([[{ token: 1, ack: [[1, 1]] }]]);
    confirmSettle();
    await eventLoopIdle();
    server.leaves[0]?.answer({ ok: true, value: null });
    await closed;
  });

  it('keeps leases while it waits, also over a reconnect', async () => {
    const work = gate();
    const { join, grant, subscription, runtime, server, sentOutcomes, confirmSettle } = openSubscription(
      () => work.promise,
    );
    join();
    grant({ token: 1, seqs: [1, 1] });
    const closed = subscription.close();
    subscription.offline();
    join({ tokens: [1] });
    expect(sentOutcomes()).toEqual([[{ token: 1, extend: [[1, 1]] }]]);
    confirmSettle();
    work.open();
    await eventLoopIdle();
    runtime.endTurn();
    confirmSettle();
    await eventLoopIdle();
    server.leaves[0]?.answer({ ok: true, value: null });
    await closed;
    expect(sentOutcomes(1)).toEqual([[{ token: 1, ack: [[1, 1]] }]]);
  });

  it('waits no longer than timeoutMs, then leaves anyway and aborts the signals', async () => {
    const signals: AbortSignal[] = [];
    const { join, grant, subscription, runtime, server, ends } = openSubscription((_, { signal }) => {
      signals.push(signal);
      return gate().promise;
    });
    join();
    grant({ token: 1, seqs: [1, 1] });
    const closed = subscription.close({ timeoutMs: 50 });
    expect(runtime.fireNextTimer()).toBe(50);
    await closed;
    expect(server.leaves).toHaveLength(1);
    expect(ends).toEqual(['ended']);
    expect(runtime.timers.size).toBe(0);
    expect(signals.map(({ reason }) => (reason as QueueError).code)).toEqual(['closed']);
  });

  it('before it ever joined, it leaves at once and is never ready', async () => {
    const { subscription, server, runtime } = openSubscription(nothing);
    await subscription.close();
    expect(await codeOf(subscription.ready)).toBe('closed');
    expect(server.leaves).toHaveLength(0);
    expect(runtime.timers.size).toBe(0);
  });

  it('waits no longer when the server refuses the client permanently', async () => {
    const { subscription, join, grant, runtime } = openSubscription(() => gate().promise);
    join();
    grant({ token: 1, seqs: [1, 1] });
    const closed = subscription.close();
    subscription.fail(new QueueError('protocol_unsupported', 'too old'));
    await closed;
    expect(runtime.timers.size).toBe(0);
  });

  it('ends with the connection while it leaves', async () => {
    const { subscription, join, server, ends } = openSubscription(nothing);
    join();
    const closed = subscription.close();
    await eventLoopIdle();
    expect(server.leaves).toHaveLength(1);
    subscription.offline();
    await closed;
    expect(ends).toEqual(['ended']);
  });
});
