import { describe, expect, it } from '@jest/globals';
import type { AnyMessage } from '@typed-queue/contracts';
import { refused } from '../requests.fixture.js';
import { eventLoopIdle } from '../runtime.fixture.js';
import type { HandlerContext } from './handler.js';
import { gate, openSubscription } from './subscription.fixture.js';

const lost = (token: number, ranges: readonly (readonly [number, number])[]) =>
  ['lease:lost', { queue: 'files', group: 'logger', token, ranges }] as const;

/** Handlers without end, and the signals that they asked for. */
const openWork = (concurrency: number) => {
  const signals = new Map<number, AbortSignal>();
  const work = gate();
  const handle = ({ seq }: AnyMessage, { signal }: HandlerContext) => {
    signals.set(seq, signal);
    return work.promise;
  };
  const aborted = () => [...signals].map(([seq, signal]) => [seq, signal.aborted]);
  return { ...openSubscription(handle, { concurrency }), aborted, work };
};

describe('a revoked message', () => {
  it('is dropped, and its running handler is aborted and reported', () => {
    const { join, grant, revoke, aborted, events } = openWork(2);
    join();
    grant({ token: 1, seqs: [1, 3] });
    revoke(1, [1, 3]);
    expect(aborted()).toEqual([[1, true], [2, true]]); // prettier-ignore
    expect(events).toEqual([lost(1, [[1, 2]])]);
  });

  it('has no outcome when its handler ends', async () => {
    const { join, grant, revoke, work, runtime, sentOutcomes, events } = openWork(2);
    join();
    grant({ token: 1, seqs: [1, 3] });
    grant({ token: 2, seqs: [4, 5] });
    revoke(1, [1, 3]);
    revoke(2, [5, 5]);
    work.fail(new Error('aborted'));
    await eventLoopIdle();
    runtime.endTurn();
    expect(sentOutcomes()).toEqual([[{ token: 2, retry: [[4, 4]] }]]);
    expect(events.map(([name]) => name)).toEqual(['lease:lost', 'handler:error']);
  });

  it('is not named when the member joins again', () => {
    const { join, grant, revoke, runtime, confirmSettle, subscription, server } = openWork(2);
    join();
    grant({ token: 1, seqs: [1, 2] });
    revoke(1, [1, 2]);
    runtime.endTurn();
    confirmSettle();
    grant({ token: 3, seqs: [6, 6] });
    subscription.offline();
    join();
    expect(server.joins.at(-1)?.request.tokens).toEqual([3]);
  });

  it('does not abort a shared signal until all messages that share it are revoked', () => {
    const { join, grant, revoke, aborted } = openWork(2);
    join();
    grant({ token: 1, seqs: [1, 2] });
    revoke(1, [1, 1]);
    expect(aborted()).toEqual([[1, false], [2, false]]); // prettier-ignore
    revoke(1, [2, 2]);
    expect(aborted()).toEqual([[1, true], [2, true]]); // prettier-ignore
  });

  it('leaves a fresh signal to the next message', async () => {
    const { join, grant, revoke, aborted, work } = openWork(1);
    join();
    grant({ token: 1, seqs: [1, 2] });
    revoke(1, [1, 1]);
    work.open();
    await eventLoopIdle();
    expect(aborted()).toEqual([[1, true], [2, false]]); // prettier-ignore
  });

  it('that was the last of its lease ends the lease', () => {
    const { join, grant, revoke, runtime, sentOutcomes, subscription, server } = openWork(1);
    join();
    grant({ token: 1, seqs: [1, 2] });
    revoke(1, [1, 2]);
    runtime.endTurn();
    subscription.offline();
    join({ tokens: [1] });
    expect(sentOutcomes()).toEqual([]);
    expect(server.joins.at(-1)?.request.tokens).toEqual([]);
  });

  it('of an unknown lease is ignored', () => {
    const { join, revoke, events } = openWork(1);
    join();
    revoke(7, [1, 9]);
    expect(events).toEqual([]);
  });

  it('is neither extended nor released', () => {
    const { join, grant, revoke, runtime, sentOutcomes, confirmSettle, subscription } = openWork(1);
    join();
    grant({ token: 1, seqs: [1, 5] });
    revoke(1, [3, 3], [5, 5]);
    runtime.fireNextTimer();
    runtime.endTurn();
    confirmSettle();
    subscription.release();
    runtime.endTurn();
    expect(sentOutcomes()).toEqual([[{ token: 1, extend: [[1, 2], [4, 4]] }], [{ token: 1, release: [[2, 2], [4, 4]] }]]); // prettier-ignore
  });
});

describe('a message whose lease the server refuses', () => {
  it('is lost; the rest is extended at once, and continues', async () => {
    const { join, grant, runtime, server, sentOutcomes, events, aborted, work, confirmSettle } = openWork(2);
    join();
    grant({ token: 1, seqs: [1, 4] });
    runtime.fireNextTimer();
    runtime.endTurn();
    server.settles[0]?.answer(refused('lease_lost', { lost: [{ token: 1, ranges: [[1, 1], [3, 3]] }] })); // prettier-ignore
    runtime.endTurn();
    expect(events).toEqual([lost(1, [[1, 1], [3, 3]])]); // prettier-ignore
    expect(sentOutcomes(1)).toEqual([[{ token: 1, extend: [[2, 2], [4, 4]] }]]); // prettier-ignore
    confirmSettle();
    work.open();
    await eventLoopIdle();
    runtime.endTurn();
    expect(aborted().map(([seq]) => seq)).toEqual([1, 2, 4]);
    expect(sentOutcomes(2)).toEqual([[{ token: 1, ack: [[2, 2], [4, 4]] }]]); // prettier-ignore
  });

  it('is reported when a handler had handled it, not when it was released', async () => {
    const { join, grant, runtime, server, events, work, subscription } = openWork(1);
    join();
    grant({ token: 1, seqs: [1, 2] });
    subscription.release();
    work.open();
    await eventLoopIdle();
    runtime.endTurn();
    server.settles[0]?.answer(refused('lease_lost', { lost: [{ token: 1, ranges: [[1, 2]] }] }));
    expect(events).toEqual([lost(1, [[1, 1]])]);
  });

  it('is not reported again when it was revoked while the request was pending', () => {
    const { join, grant, runtime, server, events, revoke } = openWork(1);
    join();
    grant({ token: 1, seqs: [1, 2] });
    runtime.fireNextTimer();
    runtime.endTurn();
    revoke(1, [1, 2]);
    server.settles[0]?.answer(refused('lease_lost', { lost: [{ token: 1, ranges: [[1, 2]] }] }));
    expect(events).toEqual([lost(1, [[1, 1]])]);
  });
});

describe('a grant that was on its way for longer than its lease', () => {
  const openLate = () => {
    const opened = openWork(2);
    opened.join();
    opened.grant({ token: 1, seqs: [1, 1] });
    // The extension has no answer: packets are lost.
    opened.runtime.pass(10_000);
    opened.runtime.fireNextTimer();
    opened.runtime.endTurn();
    opened.runtime.pass(20_000);
    return opened;
  };

  it('begins no handler', () => {
    const { grant, runtime, aborted } = openLate();
    grant({ token: 2, seqs: [2, 2] });
    runtime.endTurn();
    expect(aborted().map(([seq]) => seq)).toEqual([1]);
  });

  it('is given back, and later messages of its keys wait until the server has answered', () => {
    const { grantKeyed, runtime, aborted, sentOutcomes, confirmSettle } = openLate();
    grantKeyed({ token: 2, keys: { 2: 'a' } });
    confirmSettle();
    grantKeyed({ token: 3, keys: { 3: 'a' } });
    runtime.endTurn();
    expect(aborted().map(([seq]) => seq)).toEqual([1]);
    expect(sentOutcomes().at(-1)).toContainEqual({ token: 2, release: [[2, 2]] });
  });
});
