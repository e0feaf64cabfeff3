import { describe, expect, it } from '@jest/globals';
import type { AnyMessage, QueueError } from '@typed-queue/contracts';
import { eventLoopIdle } from '../runtime.fixture.js';
import type { HandlerContext } from './handler.js';
import { gate, openSubscription } from './subscription.fixture.js';

/** Handlers that wait for a gate of each message. */
const openWork = (concurrency = 1) => {
  const gates = new Map<number, ReturnType<typeof gate>>();
  const signals: AbortSignal[] = [];
  const handle = ({ seq }: AnyMessage, { signal }: HandlerContext) => {
    const work = gate();
    gates.set(seq, work);
    signals.push(signal);
    return work.promise;
  };
  const end = async (seq: number): Promise<void> => {
    gates.get(seq)?.open();
    await eventLoopIdle();
  };
  const begun = () => [...gates.keys()];
  return { ...openSubscription(handle, { concurrency }), signals, begun, end };
};

const lost = (token: number, ...ranges: readonly (readonly [number, number])[]) =>
  ['lease:lost', { queue: 'files', group: 'logger', token, ranges }] as const;

/** Ways in which a lease expires without a message of the server. */
const silences = [
  [
    'the server is silent for as long as the lease',
    ({ runtime }: ReturnType<typeof openWork>) => {
      runtime.pass(30_000);
      runtime.round();
    },
  ],
  [
    'the machine slept for as long as the lease, and only the wall clock knows',
    ({ runtime }: ReturnType<typeof openWork>) => {
      runtime.time.wall += 30_000;
      // The first thing that happens after that is the timer of extensions.
      runtime.fireNextTimer();
    },
  ],
  [
    'the connection is lost for as long as the server waits for its members',
    ({ subscription, runtime }: ReturnType<typeof openWork>) => {
      subscription.offline();
      runtime.pass(5_000);
      runtime.round();
    },
  ],
] as const;

describe.each(silences)('a member without network, when %s', (_, silence) => {
  it('aborts its handlers, starts no others and reports what is lost, once', async () => {
    const work = openWork(2);
    const { join, grantKeyed, signals, events, begun, end, revoke } = work;
    join();
    grantKeyed({ token: 1, keys: { 1: 'a', 2: 'a', 3: undefined, 4: 'b' } });
    expect(begun()).toEqual([1, 3]);
    silence(work);
    expect(signals.map(({ aborted, reason }) => aborted && (reason as QueueError).code)).toEqual([
      'lease_lost',
      'lease_lost',
    ]);
    await end(1);
    await end(3);
    revoke(1, [1, 4]);
    expect(begun()).toEqual([1, 3]);
    expect(events).toEqual([lost(1, [1, 4])]);
  });
});

describe('a lease that was confirmed', () => {
  it('continues, and so do its handlers', async () => {
    const { join, grant, runtime, signals, confirmSettle, begun, end } = openWork();
    join();
    grant({ token: 1, seqs: [1, 2] });
    for (let extension = 0; extension < 6; extension++) {
      runtime.pass(10_000);
      runtime.round();
      runtime.round();
      confirmSettle();
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await end(1);
    expect(begun()).toEqual([1, 2]);
  });

  it('by the answer to a new subscribe request lasts from that request on', () => {
    const { join, grant, runtime, subscription, signals } = openWork();
    join();
    grant({ token: 1, seqs: [1, 1] });
    subscription.offline();
    runtime.pass(4_000);
    join({ tokens: [1] });
    runtime.pass(29_999);
    runtime.round();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    runtime.pass(1);
    runtime.round();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('an outcome that was there before the lease ended by the clock of the client', () => {
  it('is sent nevertheless: the server may still hold the lease', async () => {
    const { join, grant, runtime, end, sentOutcomes } = openWork();
    join();
    grant({ token: 1, seqs: [1, 2] });
    await end(1);
    runtime.pass(30_000);
    runtime.round();
    runtime.endTurn();
    expect(sentOutcomes().flat()).toContainEqual({ token: 1, ack: [[1, 1]] });
  });
});
