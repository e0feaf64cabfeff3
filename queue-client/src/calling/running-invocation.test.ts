import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { gate } from '../consuming/subscription.fixture.js';
import type { AnyFail } from '../failures/declared-failure.js';
import { deadlineOf } from './inherited-deadline.js';
import type { ResponderContext } from './responder.js';
import { count, openServing, reserve, RESERVE } from './servings.fixture.js';

describe('a responder', () => {
  it('is asked for as many calls as it takes at once, of its names', () => {
    const request = { responder: 'stock/1', queue: 'stock', calls: ['count'] };
    expect(openServing(count(() => 1)).server.served).toMatchObject([
      { request: { ...request, concurrency: 16 } },
    ]);
    expect(
      openServing(
        count(() => 1),
        3,
      ).server.served,
    ).toMatchObject([{ request: { ...request, concurrency: 3 } }]);
  });

  it('gets the input, the attempt and the deadline; its output is the reply', async () => {
    const given: unknown[] = [];
    const { answered, runtime } = openServing(
      count(async (input, { attempt, deadline }) => {
        given.push(input, attempt, deadline);
        return 7;
      }),
    );
    expect(await answered({ attempt: 3 })).toEqual([{ token: 1, kind: 'output', output: '7' }]);
    expect(given).toEqual([{ sku: 'tea' }, 3, runtime.wallNow() + 1_000]);
  });

  it('has its replies of one turn sent together', async () => {
    const { answered, server } = openServing(count(() => 1));
    await answered({}, {}, {});
    expect(server.replies.map((packet) => packet.map(({ token }) => token))).toEqual([[1, 2, 3]]);
  });

  it('fails as the contract declares', async () => {
    const { answered, events } = openServing(
      reserve((_, { fail }) => {
        // Safe: as plain JavaScript calls it.
        throw (fail as AnyFail)('sold_out', { left: 3 }, { reason: 'only 3 left' });
      }),
    );
    const failure = { code: 'sold_out', data: { left: 3 } };
    expect(await answered(RESERVE)).toEqual([{ token: 1, kind: 'failure', failure, reason: 'only 3 left' }]);
    expect(events).toEqual([]);
  });

  it.each<[string, (context: ResponderContext) => unknown]>([
    ['that throws', () => new Error('secret')],
    ['that fails in a way that the contract lacks', ({ fail }) => (fail as AnyFail)('secret')],
    ['that fails with other data', ({ fail }) => (fail as AnyFail)('sold_out', { left: 'secret' })],
    ['that throws what another queue said', () => new QueueError('answer_invalid', 'secret')],
  ])('%s tells its caller nothing of it', async (_what, errorOf) => {
    const { answered, events } = openServing(
      reserve((_, context) => {
        throw errorOf(context);
      }),
    );
    const replies = await answered(RESERVE);
    expect(replies).toMatchObject([{ token: 1, kind: 'error', error: { code: 'call_failed' } }]);
    expect(JSON.stringify(replies)).not.toContain('secret');
    expect(events).toMatchObject([
      ['call:error', { queue: 'stock', call: 'reserve', attempt: 1, error: expect.any(Error) }],
    ]);
  });

  it.each([
    ['does not match the contract', 'seven'],
    ['is no JSON', undefined],
    ['is too large', 'x'.repeat(1024 * 1024)],
  ])('whose output %s does not send it', async (_what, wrong) => {
    const { answered, events } = openServing(count(() => wrong));
    expect(await answered({})).toMatchObject([{ kind: 'error', error: { code: 'answer_invalid' } }]);
    expect(events).toMatchObject([['call:error', { error: { code: 'answer_invalid' } }]]);
  });

  it('is not called with an input that does not match its contract', async () => {
    const inputs: unknown[] = [];
    const { answered } = openServing(count((input) => inputs.push(input)));
    expect(await answered({ input: '{"sku":7}' as never })).toMatchObject([
      { token: 1, kind: 'error', error: { code: 'payload_invalid' } },
    ]);
    expect(inputs).toEqual([]);
  });

  it('has its signal aborted when nobody waits any more; it replies once, when it has settled', async () => {
    const work = gate();
    const signals: AbortSignal[] = [];
    const { answered, socket, settled, replies } = openServing(
      count(async (_, { signal }) => {
        signals.push(signal);
        await work.promise;
        return 1;
      }),
    );
    expect(await answered({})).toEqual([]);
    socket.fire('invocation:end', [1]);
    await settled();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(replies()).toEqual([]);
    work.open();
    await settled();
    expect(replies()).toEqual([{ token: 1, kind: 'output', output: '1' }]);
  });

  it('that fails when nobody waits any more replies, and is no error', async () => {
    const { answered, socket, settled, replies, events } = openServing(
      count(
        (_, { signal }) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(new Error('left'))),
          ),
      ),
    );
    await answered({});
    socket.fire('invocation:end', [1]);
    await settled();
    expect(replies()).toMatchObject([{ token: 1, kind: 'error', error: { code: 'call_failed' } }]);
    expect(events).toEqual([]);
  });

  it('reads a signal that was aborted before', async () => {
    const work = gate();
    const aborted: boolean[] = [];
    const { answered, socket, settled } = openServing(
      count(async (_, context) => {
        await work.promise;
        aborted.push(context.signal.aborted);
        return 1;
      }),
    );
    await answered({});
    socket.fire('invocation:end', [1]);
    work.open();
    await settled();
    expect(aborted).toEqual([true]);
  });

  it('makes calls with the deadline of its caller', async () => {
    const deadlines: number[] = [];
    const { answered, runtime } = openServing(count((_, { signal }) => deadlines.push(deadlineOf(signal))));
    await answered({ remainingMs: 300 });
    expect(deadlines).toEqual([runtime.now() + 300]);
  });
});
