import { describe, expect, it } from '@jest/globals';
import type { AnyMessage, QueueError } from '@typed-queue/contracts';
import { refused } from '../requests.fixture.js';
import { eventLoopIdle } from '../runtime.fixture.js';
import { DeadLetter, RetryAfter } from './failure.js';
import type { HandlerContext } from './handler.js';
import { gate, openSubscription } from './subscription.fixture.js';

/** Handlers that end when the test says so, and the messages and signals that they got. */
const openGates = (concurrency: number) => {
  const gates = new Map<number, ReturnType<typeof gate>>();
  const signals = new Map<number, AbortSignal>();
  const begun: number[] = [];
  const handle = ({ seq }: AnyMessage, { signal }: HandlerContext) => {
    begun.push(seq);
    signals.set(seq, signal);
    gates.set(seq, gate());
    return gates.get(seq)?.promise;
  };
  const end = (seq: number): Promise<void> => {
    gates.get(seq)?.open();
    return eventLoopIdle();
  };
  const fail = (seq: number, error: unknown = new Error('no')): Promise<void> => {
    gates.get(seq)?.fail(error);
    return eventLoopIdle();
  };
  return { ...openSubscription(handle, { concurrency }), begun, signals, end, fail };
};

describe('messages of one key', () => {
  it('are handled one after the other, across grants; messages of other keys overtake them', async () => {
    const { join, grantKeyed, begun, end } = openGates(4);
    join();
    grantKeyed({ token: 1, keys: { 1: 'a', 2: 'a', 3: undefined, 4: '__proto__', 5: '__proto__' } });
    grantKeyed({ token: 2, keys: { 6: 'a', 7: undefined } });
    expect(begun).toEqual([1, 3, 4, 7]);
    await end(4);
    expect(begun.slice(4)).toEqual([5]);
    await end(1);
    expect(begun.slice(5)).toEqual([2]);
    await end(2);
    expect(begun.slice(6)).toEqual([6]);
  });

  it('wait after a failure until the server has answered which of them it revokes', async () => {
    const { join, grantKeyed, revoke, begun, fail, runtime, sentOutcomes, confirmSettle, events } =
      openGates(4);
    join();
    grantKeyed({ token: 1, keys: { 1: 'a', 2: 'a', 3: 'a' } });
    grantKeyed({ token: 2, keys: { 4: 'a', 5: 'b' } });
    await fail(1);
    runtime.endTurn();
    expect(begun).toEqual([1, 5]);
    expect(sentOutcomes()).toEqual([[{ token: 1, retry: [[1, 1]] }]]);
    revoke(1, [2, 3]);
    expect(begun).toEqual([1, 5]);
    confirmSettle();
    expect(begun).toEqual([1, 5, 4]);
    expect(events.map(([name]) => name)).toEqual(['handler:error']);
  });

  it('wait while the server refuses the request with the failure', async () => {
    const { join, grantKeyed, begun, fail, runtime, server, confirmSettle } = openGates(2);
    join();
    grantKeyed({ token: 1, keys: { 1: 'a', 2: 'a' } });
    await fail(1, new RetryAfter(5));
    runtime.endTurn();
    server.settles[0]?.answer(refused('storage_failed'));
    runtime.endTurn();
    expect(begun).toEqual([1]);
    runtime.fireNextTimer();
    confirmSettle();
    expect(begun).toEqual([1, 2]);
  });

  it('wait for the answer to their own failure, not for an earlier one', async () => {
    const { join, grantKeyed, begun, fail, end, runtime, confirmSettle } = openGates(2);
    join();
    grantKeyed({ token: 1, keys: { 1: 'b', 2: 'a', 3: 'a' } });
    await end(1);
    runtime.endTurn();
    await fail(2);
    confirmSettle();
    expect(begun).toEqual([1, 2]);
    confirmSettle();
    expect(begun).toEqual([1, 2, 3]);
  });

  it('continue at once when one of them is dead-lettered', async () => {
    const { join, grantKeyed, begun, fail, events } = openGates(1);
    join();
    grantKeyed({ token: 1, keys: { 1: 'a', 2: 'a' } });
    await fail(1, new DeadLetter('never'));
    expect(begun).toEqual([1, 2]);
    expect(events).toMatchObject([
      ['dead-letter', { queue: 'files', group: 'logger', message: { seq: 1 }, attempt: 1, reason: 'never' }],
    ]);
  });

  it('abort only the signals of those that are running when they are revoked', async () => {
    const { join, grantKeyed, revoke, begun, signals, end, runtime, sentOutcomes, events } = openGates(4);
    join();
    grantKeyed({ token: 1, keys: { 1: 'a', 2: 'b', 3: 'a' } });
    revoke(1, [1, 1]);
    expect([...signals.values()].map(({ aborted }) => aborted)).toEqual([true, false]);
    expect((signals.get(1)?.reason as QueueError).code).toBe('lease_lost');
    expect(begun).toEqual([1, 2]);
    await end(1);
    expect(begun).toEqual([1, 2, 3]);
    await end(2);
    runtime.endTurn();
    expect(sentOutcomes()).toEqual([[{ token: 1, ack: [[2, 2]] }]]);
    expect(events).toEqual([['lease:lost', { queue: 'files', group: 'logger', token: 1, ranges: [[1, 1]] }]]);
  });

  it('are not started after they were released', async () => {
    const { join, grantKeyed, subscription, begun, end, runtime, sentOutcomes } = openGates(1);
    join();
    grantKeyed({ token: 1, keys: { 1: 'a', 2: 'b', 3: 'a', 4: undefined } });
    subscription.release();
    await end(1);
    runtime.endTurn();
    const outcomes = [{ token: 1, ack: [[1, 1]] }, { token: 1, release: [[2, 4]] }]; // prettier-ignore
    expect(begun).toEqual([1]);
    expect(sentOutcomes()).toEqual([outcomes]);
  });
});

describe('messages of one key after a reconnect', () => {
  it('start when the server has confirmed their lease', async () => {
    const { join, grantKeyed, subscription, begun, end, server, runtime, events, sentOutcomes } =
      openGates(1);
    join();
    grantKeyed({ token: 1, keys: { 1: 'a', 2: 'a', 3: 'b', 4: 'a', 5: undefined } });
    subscription.offline();
    join({ tokens: [1] });
    await end(1);
    expect(begun).toEqual([1, 5]);
    expect(sentOutcomes()).toEqual([[{ token: 1, extend: [[1, 5]] }]]);
    server.settles[0]?.answer(refused('lease_lost', { lost: [{ token: 1, ranges: [[2, 3]] }] }));
    runtime.endTurn();
    await end(5);
    expect(begun).toEqual([1, 5, 4]);
    expect(events).toEqual([['lease:lost', { queue: 'files', group: 'logger', token: 1, ranges: [[2, 3]] }]]);
  });

  it('wait for the confirmation of their lease also when they were ready and only a handler was missing', async () => {
    const { join, grantKeyed, subscription, begun, end, fail, runtime, confirmSettle } = openGates(1);
    join();
    grantKeyed({ token: 1, keys: { 1: 'a', 2: 'a', 3: undefined } });
    await fail(1);
    runtime.endTurn();
    confirmSettle();
    subscription.offline();
    join({ tokens: [1] });
    await end(3);
    expect(begun).toEqual([1, 3]);
    confirmSettle();
    expect(begun).toEqual([1, 3, 2]);
  });

  it('wait for the confirmation of the old lease also when they are granted before it: earlier ones may be delivered again', async () => {
    const { join, grantKeyed, subscription, begun, runtime, sentOutcomes, confirmSettle } = openGates(9);
    join();
    grantKeyed({ token: 1, keys: { 1: undefined } });
    subscription.offline();
    join({ tokens: [1] });
    grantKeyed({ token: 2, keys: { 2: 'a', 3: undefined } });
    runtime.endTurn();
    expect(begun).toEqual([1, 3]);
    expect(sentOutcomes()).toEqual([[{ token: 1, extend: [[1, 1]] }]]);
    confirmSettle();
    expect(begun).toEqual([1, 3, 2]);
    grantKeyed({ token: 3, keys: { 4: 'b' } });
    expect(begun).toEqual([1, 3, 2, 4]);
  });
});
