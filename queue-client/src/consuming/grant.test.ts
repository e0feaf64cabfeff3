import { describe, expect, it } from '@jest/globals';
import type { QueueError } from '@typed-queue/contracts';
import type { HandlerContext } from './handler.js';
import { refused } from '../requests.fixture.js';
import { eventLoopIdle } from '../runtime.fixture.js';
import { gate, openSubscription } from './subscription.fixture.js';

const nothing = (): void => undefined;

describe('leases', () => {
  it('are extended three times in their life while a message is unsettled, by one timer', () => {
    const { join, grant, runtime, sentOutcomes, confirmSettle } = openSubscription(() => gate().promise);
    join();
    grant({ token: 1, seqs: [1, 2] });
    grant({ token: 2, seqs: [3, 3] });
    expect([...runtime.timers.values()].filter((ms) => ms === 10_000)).toHaveLength(1);
    expect(runtime.fireNextTimer()).toBe(10_000);
    runtime.endTurn();
    confirmSettle();
    expect(runtime.fireNextTimer()).toBe(10_000);
    runtime.endTurn();
    const extension = [{ token: 1, extend: [[1, 2]] }, { token: 2, extend: [[3, 3]] }]; // prettier-ignore
    expect(sentOutcomes()).toEqual([extension, extension]);
  });

  it('are not extended when everything is settled', () => {
    const { join, grant, runtime, sentOutcomes, confirmSettle } = openSubscription(nothing);
    join();
    grant({ token: 1, seqs: [1, 2] });
    runtime.endTurn();
    confirmSettle();
    runtime.fireNextTimer();
    runtime.endTurn();
    expect(sentOutcomes()).toHaveLength(1);
  });

  it('are extended when a handler asks', () => {
    let context: HandlerContext | undefined;
    const { join, grant, runtime, sentOutcomes } = openSubscription((_, given) => {
      context = given;
      return gate().promise;
    });
    join();
    grant({ token: 1, seqs: [1, 1] });
    const { extend } = context ?? { extend: nothing };
    extend();
    runtime.endTurn();
    expect(sentOutcomes()).toEqual([[{ token: 1, extend: [[1, 1]] }]]);
  });

  it('lost by an answer: aborts the signal, drops all messages and reports them', async () => {
    const signals: AbortSignal[] = [];
    const work = gate();
    const { join, grant, runtime, server, events, sentOutcomes } = openSubscription((_, { signal }) => {
      signals.push(signal);
      return work.promise;
    });
    join();
    grant({ token: 4, seqs: [1, 3] });
    runtime.fireNextTimer();
    runtime.endTurn();
    server.settles[0]?.answer(refused('lease_lost', { lost: [{ token: 4, ranges: [[1, 3]] }] }));
    expect(events).toEqual([['lease:lost', { queue: 'files', group: 'logger', token: 4, ranges: [[1, 3]] }]]);
    expect(signals.map(({ aborted, reason }) => [aborted, (reason as QueueError).code])).toEqual([
      [true, 'lease_lost'],
    ]);
    work.open();
    await eventLoopIdle();
    runtime.endTurn();
    expect(sentOutcomes()).toHaveLength(1);
    expect(signals).toHaveLength(1);
  });

  it('lost before the handler reads its signal: it is aborted already, and the lease is gone', () => {
    const contexts: HandlerContext[] = [];
    const { join, grant, subscription, server, runtime } = openSubscription((_, context) => {
      contexts.push(context);
      return gate().promise;
    });
    join();
    grant({ token: 4, seqs: [1, 1] });
    runtime.fireNextTimer();
    runtime.endTurn();
    server.settles[0]?.answer(refused('lease_lost', { lost: [{ token: 4, ranges: [[1, 1]] }] }));
    expect(contexts[0]?.signal.aborted).toBe(true);
    contexts[0]?.extend();
    runtime.endTurn();
    subscription.offline();
    join();
    expect(server.settles).toHaveLength(1);
    expect(server.joins.at(-1)?.request.tokens).toEqual([]);
  });

  it('a handler that fails because its lease is lost is no error of the handler', async () => {
    const { join, grant, runtime, server, events } = openSubscription(
      (_, { signal }) =>
        new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    );
    join();
    grant({ token: 4, seqs: [1, 1] });
    runtime.fireNextTimer();
    runtime.endTurn();
    server.settles[0]?.answer(refused('lease_lost', { lost: [{ token: 4, ranges: [[1, 1]] }] }));
    await eventLoopIdle();
    expect(events.map(([name]) => name)).toEqual(['lease:lost']);
  });
});
