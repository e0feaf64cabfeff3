import { describe, expect, it } from '@jest/globals';
import { RetryAfter } from './failure.js';
import type { AnyHandler } from './handler.js';
import { refused } from '../requests.fixture.js';
import { eventLoopIdle } from '../runtime.fixture.js';
import { gate, openSubscription, request, subscribed } from './subscription.fixture.js';

const nothing = (): void => undefined;

describe('sending outcomes', () => {
  it('sends one request at a time; later outcomes share the next', () => {
    const { join, grant, runtime, sentOutcomes, confirmSettle } = openSubscription(nothing);
    join();
    grant({ token: 1, seqs: [1, 1] });
    runtime.endTurn();
    grant({ token: 2, seqs: [2, 3] });
    grant({ token: 3, seqs: [4, 4] });
    runtime.endTurn();
    expect(sentOutcomes()).toEqual([[{ token: 1, ack: [[1, 1]] }]]);
    confirmSettle();
    expect(sentOutcomes(1)).toEqual([[{ token: 2, ack: [[2, 3]] }, { token: 3, ack: [[4, 4]] }]]); // prettier-ignore
  });

  it('is tried again after a retryable refusal', () => {
    const { join, grant, runtime, server, sentOutcomes, confirmSettle } = openSubscription(nothing);
    join();
    grant({ token: 1, seqs: [1, 1] });
    runtime.endTurn();
    server.settles[0]?.answer(refused('storage_failed'));
    grant({ token: 2, seqs: [2, 2] });
    runtime.endTurn();
    expect(sentOutcomes(1)).toEqual([]);
    expect(runtime.fireNextTimer()).toBe(100);
    expect(sentOutcomes(1)).toEqual([[{ token: 1, ack: [[1, 1]] }]]);
    confirmSettle();
    expect(sentOutcomes(2)).toEqual([[{ token: 2, ack: [[2, 2]] }]]);
    server.settles[2]?.answer(refused('storage_failed'));
    expect(runtime.fireNextTimer()).toBe(100);
  });

  it('drops a request that is refused permanently, and reports it', () => {
    const { join, grant, runtime, server, events, sentOutcomes } = openSubscription(nothing);
    join();
    grant({ token: 1, seqs: [1, 1] });
    runtime.endTurn();
    server.settles[0]?.answer(refused('request_invalid'));
    runtime.endTurn();
    expect(sentOutcomes()).toHaveLength(1);
    expect(events).toMatchObject([['error', { error: { code: 'request_invalid' } }]]);
  });
});

/** A subscription of which two outcomes do not wait for an answer. */
const openPipelined = (handle: AnyHandler = nothing) =>
  openSubscription(handle, { concurrency: 4, request: { ...request, window: { messages: 4 } } });

describe('when half of the window has an outcome', () => {
  it('it is sent before the answer to the last request', () => {
    const { join, grant, runtime, sentOutcomes } = openPipelined();
    join();
    grant({ token: 1, seqs: [1, 1] });
    runtime.endTurn();
    grant({ token: 2, seqs: [2, 2] });
    runtime.endTurn();
    expect(sentOutcomes(1)).toEqual([]);
    grant({ token: 3, seqs: [3, 3] });
    runtime.endTurn();
    expect(sentOutcomes(1)).toEqual([[{ token: 2, ack: [[2, 2]] }, { token: 3, ack: [[3, 3]] }]]); // prettier-ignore
  });

  it('a lease is held until the last answer to its outcomes', async () => {
    const gates = [gate(), gate(), gate(), gate()];
    const { join, grant, runtime, subscription, server } = openPipelined(
      ({ seq }) => gates[seq - 1]?.promise,
    );
    join();
    grant({ token: 1, seqs: [1, 4] });
    for (const done of [gates.slice(0, 2), gates.slice(2)]) {
      for (const { open } of done) open();
      await eventLoopIdle();
      runtime.endTurn();
    }
    server.settles[0]?.answer({ ok: true, value: null });
    subscription.offline();
    join({ tokens: [1] });
    expect(server.joins[1]?.request.tokens).toEqual([1]);
    server.settles[2]?.answer({ ok: true, value: null });
    subscription.offline();
    join();
    expect(server.joins[2]?.request.tokens).toEqual([]);
  });

  it('each request without an answer is sent again after a reconnect', () => {
    const { join, grant, runtime, subscription, sentOutcomes } = openPipelined();
    join();
    grant({ token: 1, seqs: [1, 2] });
    runtime.endTurn();
    grant({ token: 2, seqs: [3, 4] });
    runtime.endTurn();
    subscription.offline();
    join({ tokens: [1, 2] });
    expect(sentOutcomes(2)).toEqual([[{ token: 1, ack: [[1, 2]] }], [{ token: 2, ack: [[3, 4]] }]]);
  });

  it('only a request that the server refused is sent again, and before all others', () => {
    const { join, grant, runtime, server, sentOutcomes } = openPipelined();
    join();
    grant({ token: 1, seqs: [1, 2] });
    runtime.endTurn();
    grant({ token: 2, seqs: [3, 4] });
    runtime.endTurn();
    server.settles[0]?.answer(refused('storage_failed'));
    server.settles[1]?.answer({ ok: true, value: null });
    grant({ token: 3, seqs: [5, 6] });
    runtime.endTurn();
    expect(sentOutcomes(2)).toEqual([]);
    runtime.fireNextTimer();
    runtime.endTurn();
    expect(sentOutcomes(2)).toEqual([[{ token: 1, ack: [[1, 2]] }], [{ token: 3, ack: [[5, 6]] }]]);
  });
});

/** Two handlers that wait for one gate, and their signals. */
const openWork = () => {
  const work = gate();
  const signals: AbortSignal[] = [];
  const handle: AnyHandler = (_, { signal }) => {
    signals.push(signal);
    return work.promise;
  };
  return { ...openSubscription(handle, { concurrency: 2 }), work, signals };
};

describe('reconnects', () => {
  it('names its leases, and loses those that the server did not keep', () => {
    const { join, grant, subscription, server, events, signals } = openWork();
    join();
    grant({ token: 1, seqs: [1, 1] });
    grant({ token: 2, seqs: [2, 3] });
    subscription.offline();
    join({ tokens: [1] });
    expect(server.joins[1]?.request.tokens).toEqual([1, 2]);
    expect(events).toEqual([['lease:lost', { queue: 'files', group: 'logger', token: 2, ranges: [[2, 3]] }]]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });

  it('extends the leases that the server kept, and settles under them', async () => {
    const { join, grant, subscription, sentOutcomes, confirmSettle, work } = openWork();
    join();
    grant({ token: 1, seqs: [1, 1] });
    subscription.offline();
    join({ tokens: [1] });
    expect(sentOutcomes()).toEqual([[{ token: 1, extend: [[1, 1]] }]]);
    work.open();
    await eventLoopIdle();
    confirmSettle();
    expect(sentOutcomes(1)).toEqual([[{ token: 1, ack: [[1, 1]] }]]);
  });

  it('a grant that arrives before the answer is not among the lost leases', () => {
    const { subscription, server, grant, events, join, runtime, sentOutcomes } = openSubscription(nothing);
    join();
    subscription.offline();
    subscription.online();
    grant({ token: 8, seqs: [1, 1] });
    server.joins[1]?.answer({ ok: true, value: subscribed() });
    runtime.endTurn();
    expect(events).toEqual([]);
    expect(sentOutcomes()).toEqual([[{ token: 8, ack: [[1, 1]] }]]);
  });

  it('sends unanswered acks again, also of lost leases: they may have taken effect', () => {
    const { join, grant, subscription, runtime, sentOutcomes, confirmSettle, events, server } =
      openSubscription(nothing);
    join();
    grant({ token: 1, seqs: [1, 1] });
    grant({ token: 2, seqs: [2, 2] });
    runtime.endTurn();
    subscription.offline();
    server.settles[0]?.answer({ ok: true, value: null });
    grant({ token: 3, seqs: [3, 3] });
    join({ tokens: [2, 3] });
    expect(sentOutcomes(1)).toEqual([[{ token: 1, ack: [[1, 1]] }, { token: 2, ack: [[2, 2]] }]]); // prettier-ignore
    confirmSettle();
    expect(sentOutcomes(2)).toEqual([[{ token: 3, ack: [[3, 3]] }]]);
    expect(events).toEqual([]);
  });

  it('an unanswered extension is not sent again: the next request extends', () => {
    const { join, grant, subscription, runtime, sentOutcomes, confirmSettle } = openSubscription(
      () => gate().promise,
    );
    join();
    grant({ token: 1, seqs: [1, 1] });
    runtime.fireNextTimer();
    runtime.endTurn();
    subscription.offline();
    join({ tokens: [1] });
    expect(sentOutcomes(1)).toEqual([[{ token: 1, extend: [[1, 1]] }]]);
    confirmSettle();
    expect(sentOutcomes()).toHaveLength(2);
  });

  it('a failure that is refused the second time may have taken effect the first time', () => {
    const { join, grant, subscription, runtime, server, events } = openSubscription(() => {
      throw new RetryAfter(1_000);
    });
    join();
    grant({ token: 1, seqs: [1, 1] });
    runtime.endTurn();
    subscription.offline();
    join({ tokens: [1] });
    server.settles[1]?.answer(refused('lease_lost', { lost: [{ token: 1, ranges: [[1, 1]] }] }));
    expect(events).toEqual([]);
    subscription.offline();
    join();
    expect(server.joins.at(-1)?.request.tokens).toEqual([]);
  });

  it.each([{ kept: [1] }, { kept: [] }])(
    'acks that are refused after a reconnect are reported: their answer was lost ($kept)',
    ({ kept }) => {
      const { join, grant, subscription, runtime, server, events } = openSubscription(nothing);
      join();
      grant({ token: 1, seqs: [1, 2] });
      runtime.endTurn();
      subscription.offline();
      join({ tokens: kept });
      expect(events).toEqual([]);
      server.settles[1]?.answer(refused('lease_lost', { lost: [{ token: 1, ranges: [[1, 2]] }] }));
      expect(events).toEqual([
        ['lease:lost', { queue: 'files', group: 'logger', token: 1, ranges: [[1, 2]] }],
      ]);
    },
  );
});
