import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { failed, ok } from '@typed-queue/contracts/wire';
import { gate } from '../consuming/subscription.fixture.js';
import { eventLoopIdle } from '../runtime.fixture.js';
import { openCalls, shop } from './calls.fixture.js';
import { count, openServing } from './servings.fixture.js';

describe('when the connection is lost', () => {
  it('running responders have their signals aborted, and do not reply', async () => {
    const work = gate();
    const signals: AbortSignal[] = [];
    const { answered, calls, settled, replies, serving } = openServing(
      count(async (_, { signal }) => {
        signals.push(signal);
        await work.promise;
        return 1;
      }),
    );
    await answered({});
    calls.offline();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    calls.online();
    expect(serving.busy).toBe(true);
    work.open();
    await settled();
    expect(replies()).toEqual([]);
    expect(serving.busy).toBe(false);
  });

  it('what was replied and not sent is dropped', async () => {
    const never = new Promise(() => undefined);
    const { calls, invoke, runtime, replies } = openServing(
      count((input) => (JSON.stringify(input).includes('slow') ? never : 1)),
    );
    // While another runs, replies wait for the end of the turn.
    invoke({ input: '{"sku":"slow"}' }, {});
    await eventLoopIdle();
    calls.offline();
    calls.online();
    runtime.endTurn();
    expect(replies()).toEqual([]);
  });

  it('responders are given calls again on the next one', () => {
    const { calls, server } = openServing(count(() => 1));
    calls.offline();
    calls.online();
    expect(server.served.map(({ request }) => request.responder)).toEqual(['stock/1', 'stock/1']);
  });
});

describe('serving', () => {
  const begin = () => {
    const opened = openCalls();
    const serving = opened.calls.servings.open(
      shop.stock,
      count(() => 1),
      { calls: ['count'] },
    );
    return { ...opened, serving };
  };

  it('is ready when the server has accepted it', async () => {
    const { serving, server } = begin();
    let isReady = false;
    void serving.ready.then(() => (isReady = true));
    await eventLoopIdle();
    expect(isReady).toBe(false);
    server.served[0]?.answer(ok(null));
    await serving.ready;
  });

  it('is asked for again after a refusal for now, which is reported once', () => {
    const { server, runtime, events } = begin();
    for (let refusals = 0; refusals < 2; refusals++) {
      server.served.at(-1)?.answer(failed(new QueueError('overloaded', 'busy')));
      runtime.fireNextTimer();
    }
    expect(server.served).toHaveLength(3);
    expect(events).toMatchObject([['error', { queue: 'stock', error: { code: 'overloaded' } }]]);
  });

  it('that is refused ends, and says so', async () => {
    const { serving, server, events, calls } = begin();
    server.served[0]?.answer(failed(new QueueError('forbidden', 'no')));
    await expect(serving.ready).rejects.toMatchObject({ code: 'forbidden' });
    expect(events).toMatchObject([['error', { queue: 'stock', error: { code: 'forbidden' } }]]);
    calls.offline();
    calls.online();
    expect(server.served).toHaveLength(1);
    expect(server.ends).toEqual([]);
  });

  it('that closes takes nothing more, and waits for what runs', async () => {
    const work = gate();
    const { serving, answered, server, settled, replies, calls } = openServing(
      count(() => work.promise.then(() => 1)),
    );
    await answered({});
    let isClosed = false;
    const closed = serving.close().then(() => (isClosed = true));
    expect(server.ends.map(({ responder }) => responder)).toEqual(['stock/1']);
    // Handed out before the server knew.
    await answered({ token: 2 });
    server.ends[0]?.answer(ok(null));
    await settled();
    expect(isClosed).toBe(false);
    work.open();
    await settled();
    await closed;
    expect(replies().map(({ token }) => token)).toEqual([1, 2]);
    calls.offline();
    calls.online();
    expect(server.served).toHaveLength(1);
  });

  it('that closes waits until the server has what it replied', async () => {
    const { serving, answered, server, settled } = openServing(count(() => 1));
    await answered({});
    let confirmed: (() => void) | undefined;
    server.confirm = (answer) => {
      confirmed = () => answer(ok(null));
    };
    let isClosed = false;
    const closed = serving.close().then(() => (isClosed = true));
    server.ends[0]?.answer(ok(null));
    await settled();
    expect(isClosed).toBe(false);
    confirmed?.();
    await closed;
  });

  it('that closes waits no longer for that when its connection ends', async () => {
    const { serving, answered, server, settled, calls } = openServing(count(() => 1));
    await answered({});
    server.confirm = () => undefined;
    const closed = serving.close();
    server.ends[0]?.answer(ok(null));
    await settled();
    calls.offline();
    await closed;
  });

  it('that closes waits no longer than it may; the reply comes when it can', async () => {
    const work = gate();
    const signals: AbortSignal[] = [];
    const { serving, answered, server, settled, replies, runtime } = openServing(
      count(async (_, { signal }) => {
        signals.push(signal);
        await work.promise;
        return 1;
      }),
    );
    await answered({});
    const closed = serving.close({ timeoutMs: 50 });
    server.ends[0]?.answer(ok(null));
    await settled();
    runtime.fireNextTimer();
    await closed;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    work.open();
    await settled();
    expect(replies()).toEqual([{ token: 1, kind: 'output', output: '1' }]);
  });

  it('that is closed by a responder waits for the others', async () => {
    const work = gate();
    const { serving, answered, server, settled, runtime } = openServing(
      count(() => work.promise.then(() => 1)),
    );
    await answered({});
    runtime.asHandler = true;
    let isClosed = false;
    void serving.close().then(() => (isClosed = true));
    server.ends[0]?.answer(ok(null));
    await settled();
    expect(isClosed).toBe(true);
    work.open();
    await settled();
  });

  it('that was never accepted ends at once', async () => {
    const { serving, calls, server } = begin();
    calls.offline();
    await serving.close();
    await expect(serving.ready).rejects.toMatchObject({ code: 'closed' });
    calls.online();
    expect(server.served).toHaveLength(1);
  });
});
