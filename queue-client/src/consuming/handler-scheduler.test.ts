import { describe, expect, it } from '@jest/globals';
import { concat, grantHeader, seqFrame } from './grants.fixture.js';
import { DeadLetter, RetryAfter } from './failure.js';
import { eventLoopIdle } from '../runtime.fixture.js';
import { gate, openSubscription, request } from './subscription.fixture.js';

const nothing = (): void => undefined;

describe('handling', () => {
  it('runs handlers in the order of seqs and sends their acks as one range', () => {
    const seen: unknown[] = [];
    const { join, subscription, runtime, sentOutcomes } = openSubscription(({ seq }) => void seen.push(seq));
    join();
    subscription.granted(grantHeader(5), concat(seqFrame(1, 3), seqFrame(4, 2)));
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    runtime.endTurn();
    expect(sentOutcomes()).toEqual([[{ token: 5, ack: [[1, 5]] }]]);
  });

  it('runs as many handlers at once as it may, and starts the next when one is done', async () => {
    const gates = new Map<number, ReturnType<typeof gate>>();
    const { join, grant, runtime, sentOutcomes } = openSubscription(
      ({ seq }) => {
        gates.set(seq, gate());
        return gates.get(seq)?.promise;
      },
      { concurrency: 2 },
    );
    join();
    grant({ token: 1, seqs: [1, 2] });
    grant({ token: 2, seqs: [3, 4] });
    expect([...gates.keys()]).toEqual([1, 2]);
    gates.get(2)?.open();
    await eventLoopIdle();
    expect([...gates.keys()]).toEqual([1, 2, 3]);
    gates.get(1)?.open();
    await eventLoopIdle();
    expect([...gates.keys()]).toEqual([1, 2, 3, 4]);
    runtime.endTurn();
    expect(sentOutcomes()).toEqual([[{ token: 1, ack: [[1, 2]] }]]);
  });

  it('a handler without a promise costs none', async () => {
    let turns = 0;
    const { join, grant, runtime, sentOutcomes } = openSubscription(() => {
      turns++;
    });
    join();
    grant({ token: 1, seqs: [1, 1_000] });
    expect(turns).toBe(1_000);
    // The end of the turn, and the outcomes.
    expect(runtime.deferred).toBe(2);
    runtime.endTurn();
    expect(sentOutcomes()).toEqual([[{ token: 1, ack: [[1, 1_000]] }]]);
    await eventLoopIdle();
  });

  it('takes any thenable for a promise, even one that calls back at once', async () => {
    const order: unknown[] = [];
    const { join, grant } = openSubscription(({ seq }) => {
      order.push(seq);
      return { then: (done: () => void) => done() };
    });
    join();
    grant({ token: 1, seqs: [1, 3] });
    expect(order).toEqual([1]);
    await eventLoopIdle();
    expect(order).toEqual([1, 2, 3]);
  });

  it('a failure that is returned, at once or later, is as good as thrown', async () => {
    const failures = [new RetryAfter(500, 'busy'), new DeadLetter('never')];
    const { join, grant, runtime, server } = openSubscription(
      ({ seq }) => (seq === 1 ? failures[0] : Promise.resolve(failures[1])),
      { concurrency: 9 },
    );
    join();
    grant({ token: 7, seqs: [1, 2] });
    await eventLoopIdle();
    runtime.endTurn();
    expect(server.settles[0]?.settlements).toEqual([
      { token: 7, outcome: { kind: 'retry', reason: 'busy', delayMs: 500 }, ranges: [[1, 1]] },
      { token: 7, outcome: { kind: 'dead-letter', reason: 'never' }, ranges: [[2, 2]] },
    ]);
  });

  it('what is thrown, at once or later, has the message delivered again', async () => {
    const errors = [new Error('at once'), new Error('later'), new RetryAfter(500, 'busy'), undefined];
    const { join, grant, runtime, server, events } = openSubscription(
      ({ seq }) => {
        const error = errors[seq - 1];
        if (seq === 2) return Promise.reject(error ?? new Error('none'));
        if (error !== undefined) throw error;
        return undefined;
      },
      { concurrency: 9 },
    );
    join();
    grant({ token: 7, seqs: [1, 4] });
    await eventLoopIdle();
    runtime.endTurn();
    expect(server.settles[0]?.settlements).toEqual([
      { token: 7, outcome: { kind: 'ack' }, ranges: [[4, 4]] },
      { token: 7, outcome: { kind: 'retry', reason: 'at once' }, ranges: [[1, 1]] },
      { token: 7, outcome: { kind: 'retry', reason: 'busy', delayMs: 500 }, ranges: [[3, 3]] },
      { token: 7, outcome: { kind: 'retry', reason: 'later' }, ranges: [[2, 2]] },
    ]);
    expect(events).toMatchObject([
      [
        'handler:error',
        { queue: 'files', group: 'logger', attempt: 1, error: errors[0], message: { seq: 1 } },
      ],
      ['handler:error', { error: errors[1], message: { seq: 2 } }],
    ]);
  });

  it('emits a dead letter for the last failure and for DeadLetter', () => {
    const thrown = [
      new Error('first'),
      new Error('last'),
      new RetryAfter(1, 'busy'),
      new DeadLetter('never'),
    ];
    const { join, subscription, events } = openSubscription(
      ({ seq }) => {
        throw thrown[seq - 1] ?? new Error('none');
      },
      { request: { ...request, settings: { maxAttempts: 3 } } },
    );
    join();
    subscription.granted(grantHeader(1, { attempts: [[1, 1, 2], [2, 4, 3]] }), seqFrame(1, 4)); // prettier-ignore
    expect(events).toMatchObject([
      ['handler:error', { attempt: 2, message: { seq: 1 } }],
      ['handler:error', { attempt: 3, message: { seq: 2 } }],
      ['dead-letter', { attempt: 3, message: { seq: 2 }, code: 'attempts_exhausted', reason: 'last' }],
      ['dead-letter', { attempt: 3, message: { seq: 3 }, code: 'attempts_exhausted', reason: 'busy' }],
      ['dead-letter', { attempt: 3, message: { seq: 4 }, code: 'rejected', reason: 'never' }],
    ]);
  });

  it('emits a dead letter after six failures when the group has no other settings', () => {
    const { join, subscription, events } = openSubscription(() => {
      throw new Error('odd');
    });
    join();
    subscription.granted(grantHeader(1, { attempts: [[1, 1, 5], [2, 2, 6]] }), seqFrame(1, 2)); // prettier-ignore
    expect(events.map(([name]) => name)).toEqual(['handler:error', 'handler:error', 'dead-letter']);
  });

  it('says the attempt of each message', () => {
    const attempts: number[] = [];
    const { join, subscription } = openSubscription((_, { attempt }) => void attempts.push(attempt));
    join();
    subscription.granted(grantHeader(1, { attempts: [[2, 3, 4], [5, 5, 2]] }), seqFrame(1, 6)); // prettier-ignore
    expect(attempts).toEqual([1, 4, 4, 1, 2, 1]);
  });

  it('reports a grant that cannot be read', () => {
    const { join, subscription, events } = openSubscription(nothing);
    join();
    subscription.granted(grantHeader(1), Uint8Array.of(1, 2, 3));
    expect(events).toMatchObject([['error', { error: { code: 'frame_invalid' }, group: 'logger' }]]);
  });
});
