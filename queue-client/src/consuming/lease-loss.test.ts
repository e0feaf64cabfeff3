import { describe, expect, it } from '@jest/globals';
import type { AnyMessage } from '@typed-queue/contracts';
import { refused } from '../requests.fixture.js';
import { settled } from '../runtime.fixture.js';
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

describe('what is revoked', () => {
  it('is dropped: only running handlers are aborted and reported, and their outcomes not sent', async () => {
    const {
      join,
      grant,
      revoke,
      aborted,
      work,
      runtime,
      sentOutcomes,
      confirm,
      events,
      subscription,
      server,
    } = openWork(2);
    join();
    grant({ token: 1, seqs: [1, 3] });
    grant({ token: 2, seqs: [4, 5] });
    revoke(1, [1, 3]);
    revoke(2, [5, 5]);
    expect(aborted()).toEqual([[1, true], [2, true]]); // prettier-ignore
    work.fail(new Error('aborted'));
    await settled();
    runtime.turn();
    expect(sentOutcomes()).toEqual([[{ token: 2, retry: [[4, 4]] }]]);
    expect(events.map(([name]) => name)).toEqual(['lease:lost', 'handler:error']);
    expect(events[0]).toEqual(lost(1, [[1, 2]]));
    confirm();
    grant({ token: 3, seqs: [6, 6] });
    subscription.offline();
    join();
    expect(server.joins.at(-1)?.request.tokens).toEqual([3]);
  });

  it('does not abort a signal that others share, until they are revoked as well', () => {
    const { join, grant, revoke, aborted } = openWork(2);
    join();
    grant({ token: 1, seqs: [1, 2] });
    revoke(1, [1, 1]);
    expect(aborted()).toEqual([[1, false], [2, false]]); // prettier-ignore
    revoke(1, [2, 2]);
    expect(aborted()).toEqual([[1, true], [2, true]]); // prettier-ignore
  });

  it('leaves a fresh signal to what comes after', async () => {
    const { join, grant, revoke, aborted, work } = openWork(1);
    join();
    grant({ token: 1, seqs: [1, 2] });
    revoke(1, [1, 1]);
    work.open();
    await settled();
    expect(aborted()).toEqual([[1, true], [2, false]]); // prettier-ignore
  });

  it('was all of a lease: the lease is gone', () => {
    const { join, grant, revoke, runtime, sentOutcomes, subscription, server } = openWork(1);
    join();
    grant({ token: 1, seqs: [1, 2] });
    revoke(1, [1, 2]);
    runtime.turn();
    subscription.offline();
    join([1]);
    expect(sentOutcomes()).toEqual([]);
    expect(server.joins.at(-1)?.request.tokens).toEqual([]);
  });

  it('under a lease that nobody knows is nothing', () => {
    const { join, revoke, events } = openWork(1);
    join();
    revoke(7, [1, 9]);
    expect(events).toEqual([]);
  });

  it('is neither extended nor given back', () => {
    const { join, grant, revoke, runtime, sentOutcomes, confirm, subscription } = openWork(1);
    join();
    grant({ token: 1, seqs: [1, 5] });
    revoke(1, [3, 3], [5, 5]);
    runtime.fire();
    runtime.turn();
    confirm();
    subscription.release();
    runtime.turn();
    expect(sentOutcomes()).toEqual([[{ token: 1, extend: [[1, 2], [4, 4]] }], [{ token: 1, release: [[2, 2], [4, 4]] }]]); // prettier-ignore
  });
});

describe('what the server refuses', () => {
  it('is lost; the rest is asked for at once, and goes on', async () => {
    const { join, grant, runtime, server, sentOutcomes, events, aborted, work, confirm } = openWork(2);
    join();
    grant({ token: 1, seqs: [1, 4] });
    runtime.fire();
    runtime.turn();
    server.settles[0]?.answer(refused('lease_lost', { lost: [{ token: 1, ranges: [[1, 1], [3, 3]] }] })); // prettier-ignore
    runtime.turn();
    expect(events).toEqual([lost(1, [[1, 1], [3, 3]])]); // prettier-ignore
    expect(sentOutcomes(1)).toEqual([[{ token: 1, extend: [[2, 2], [4, 4]] }]]); // prettier-ignore
    confirm();
    work.open();
    await settled();
    runtime.turn();
    expect(aborted().map(([seq]) => seq)).toEqual([1, 2, 4]);
    expect(sentOutcomes(2)).toEqual([[{ token: 1, ack: [[2, 2], [4, 4]] }]]); // prettier-ignore
  });

  it('is reported when a handler had worked for it, not when it was released', async () => {
    const { join, grant, runtime, server, events, work, subscription } = openWork(1);
    join();
    grant({ token: 1, seqs: [1, 2] });
    subscription.release();
    work.open();
    await settled();
    runtime.turn();
    server.settles[0]?.answer(refused('lease_lost', { lost: [{ token: 1, ranges: [[1, 2]] }] }));
    expect(events).toEqual([lost(1, [[1, 1]])]);
  });

  it('is not reported again when it was revoked while the request was pending', () => {
    const { join, grant, runtime, server, events, revoke } = openWork(1);
    join();
    grant({ token: 1, seqs: [1, 2] });
    runtime.fire();
    runtime.turn();
    revoke(1, [1, 2]);
    server.settles[0]?.answer(refused('lease_lost', { lost: [{ token: 1, ranges: [[1, 2]] }] }));
    expect(events).toEqual([lost(1, [[1, 1]])]);
  });
});
