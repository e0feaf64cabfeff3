import { describe, expect, it } from '@jest/globals';
import { startTestQueue } from '@typed-queue/queue-server/testing';
import { gate } from '../consuming/subscription.fixture.js';
import { only, shop, tea } from './durable-shop.fixture.js';

describe('a durable call', () => {
  it('is answered by a responder', async () => {
    await using queue = await startTestQueue(shop);
    queue.client.serve('stock', { reserve: ({ sku, count }) => ({ reservation: `${count} ${sku}` }) }, only);
    expect(await queue.connect().call('stock', 'reserve', tea)).toEqual({ reservation: '2 tea' });
  });

  it('waits for a responder that comes late', async () => {
    await using queue = await startTestQueue(shop);
    const reserved = queue.client.call('stock', 'reserve', tea);
    await queue.clock.advance('5m');
    queue.connect().serve('stock', { reserve: () => ({ reservation: 'late' }) }, only);
    expect(await reserved).toEqual({ reservation: 'late' });
  });

  it('has one answer by its id, and its responder is asked once', async () => {
    await using queue = await startTestQueue(shop);
    let asked = 0;
    queue.client.serve('stock', { reserve: () => ({ reservation: `r${++asked}` }) }, only);
    const caller = queue.connect();
    const first = await caller.call('stock', 'reserve', tea, { id: 'order-1' });
    const second = await caller.call('stock', 'reserve', tea, { id: 'order-1' });
    expect([first, second, asked]).toEqual([{ reservation: 'r1' }, { reservation: 'r1' }, 1]);
  });

  it('that is made twice before its answer is one call', async () => {
    await using queue = await startTestQueue(shop);
    const [one, other] = [queue.connect(), queue.connect()];
    const calls = [one, other].map((client) => client.call('stock', 'reserve', tea, { id: 'order-1' }));
    let asked = 0;
    queue.client.serve('stock', { reserve: () => ({ reservation: `r${++asked}` }) }, only);
    expect(await Promise.all(calls)).toEqual([{ reservation: 'r1' }, { reservation: 'r1' }]);
  });

  it('fails as the contract declares, with the same failure again', async () => {
    await using queue = await startTestQueue(shop);
    let left = 3;
    queue.client.serve(
      'stock',
      {
        reserve: (_, { fail }) => {
          throw fail('sold_out', { left: left-- });
        },
      },
      only,
    );
    const answers = [];
    for (const id of ['a', 'a', 'b']) {
      answers.push(await queue.client.call('stock', 'reserve', tea, { id }).answer);
    }
    expect(
      answers.map((answer) => !answer.ok && answer.error.code === 'sold_out' && answer.error.data.left),
    ).toEqual([3, 3, 2]);
  });

  it('is handed out again after a failure that is retried, and after one that is not declared', async () => {
    await using queue = await startTestQueue(shop);
    const attempts: number[] = [];
    queue.client.on('call:error', () => undefined);
    queue.client.serve(
      'stock',
      {
        reserve: (_, { attempt, fail }) => {
          attempts.push(attempt);
          if (attempt === 1) throw fail('offline');
          if (attempt === 2) throw new Error('unexpected');
          return { reservation: 'r' };
        },
      },
      only,
    );
    const reserved = queue.client.call('stock', 'reserve', tea);
    while (attempts.length < 3) await queue.clock.advance(20);
    await reserved;
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('is handed to another responder when its own is lost', async () => {
    await using queue = await startTestQueue(shop);
    const began = gate();
    const [caller, lost] = [queue.connect(), queue.connect()];
    lost.serve(
      'stock',
      {
        reserve: () => {
          began.open();
          return new Promise(() => undefined);
        },
      },
      only,
    );
    const reserved = caller.call('stock', 'reserve', tea);
    await began.promise;
    await lost.close({ timeoutMs: 1 });
    queue
      .connect()
      .serve('stock', { reserve: (_, { attempt }) => ({ reservation: `attempt ${attempt}` }) }, only);
    await queue.clock.advance('10s');
    expect(await reserved).toEqual({ reservation: 'attempt 2' });
  });

  it('is over with its time, also when it is made again with the same id', async () => {
    await using queue = await startTestQueue(shop);
    const options = { id: 'order-1', timeoutMs: 50 };
    const codes = [];
    for (let time = 0; time < 2; time++) {
      const { answer } = queue.client.call('stock', 'reserve', tea, options);
      await queue.clock.advance(60);
      const ended = await answer;
      codes.push(ended.ok ? 'ok' : ended.error.code);
    }
    expect(codes).toEqual(['deadline_exceeded', 'deadline_exceeded']);
  });

  it('that is cancelled notifies its responder, and keeps no other answer', async () => {
    await using queue = await startTestQueue(shop);
    const began = gate();
    const aborted = gate();
    queue.connect().serve(
      'stock',
      {
        reserve: (_, { signal }) => {
          signal.addEventListener('abort', () => aborted.open());
          began.open();
          return new Promise(() => undefined);
        },
      },
      only,
    );
    const abort = new AbortController();
    const { answer } = queue.client.call('stock', 'reserve', tea, { id: 'order-1', signal: abort.signal });
    await began.promise;
    abort.abort();
    expect(await answer).toMatchObject({ ok: false, error: { code: 'outcome_unknown' } });
    await aborted.promise;
    expect(await queue.client.call('stock', 'reserve', tea, { id: 'order-1' }).answer).toMatchObject({
      error: { code: 'aborted' },
    });
  });

  it('goes on when its caller closes, and is waited for by another one of the same principal', async () => {
    await using queue = await startTestQueue(shop);
    const [caller, other] = [queue.connect(), queue.connect()];
    const { answer } = caller.call('stock', 'reserve', tea, { id: 'order-1' });
    await queue.idle();
    await caller.close({ timeoutMs: 1 });
    expect(await answer).toMatchObject({ error: { code: 'outcome_unknown' } });
    const attached = other.attach('stock', 'reserve', 'order-1');
    await queue.idle();
    queue.connect().serve('stock', { reserve: () => ({ reservation: 'r' }) }, only);
    expect(await attached).toEqual({ reservation: 'r' });
  });

  it('may be made again with the same id when its answer is no longer kept', async () => {
    await using queue = await startTestQueue(shop);
    let asked = 0;
    queue.client.serve('stock', { reserve: () => ({ reservation: `r${++asked}` }) }, only);
    const reserve = (id: string) => queue.client.call('stock', 'reserve', tea, { id });
    await reserve('order-1');
    for (const id of ['order-2', 'order-3', 'order-4']) {
      await queue.clock.advance('1h');
      await reserve(id);
    }
    expect(await reserve('order-1')).toEqual({ reservation: 'r5' });
  });

  it('is removed from its log when all are answered, also while nobody serves other calls', async () => {
    await using queue = await startTestQueue(shop);
    queue.client.serve('stock', { reserve: () => ({ reservation: 'r' }) }, only);
    for (let count = 0; count < 3; count++) await queue.client.call('stock', 'reserve', tea);
    await queue.clock.advance('2m');
    const queues = await queue.client.admin.queues();
    expect(queues.find((each) => each.queue === 'stock.calls')).toMatchObject({
      firstSeq: 4,
      lastSeq: 3,
    });
  });

  it('that is waited for in vain says that it goes on, and one whose time is over does not', async () => {
    await using queue = await startTestQueue(shop);
    const { answer } = queue.client.call('stock', 'reserve', tea, { id: 'order-1', timeoutMs: 500 });
    await queue.idle();
    const waiting = queue.connect().attach('stock', 'reserve', 'order-1', { timeoutMs: 100 });
    await queue.idle();
    await queue.clock.advance(100);
    expect(await waiting.answer).toMatchObject({
      error: { code: 'deadline_exceeded', details: { pending: true } },
    });
    await queue.clock.advance(400);
    expect(await answer).toMatchObject({
      error: { code: 'deadline_exceeded', details: { queue: 'stock', call: 'reserve' } },
    });
    const ended = await queue.client.attach('stock', 'reserve', 'order-1').answer;
    expect(ended).toMatchObject({ error: { code: 'deadline_exceeded' } });
    expect(ended).not.toMatchObject({ error: { details: { pending: true } } });
  });

  it('of an id that nobody made is gone', async () => {
    await using queue = await startTestQueue(shop);
    expect(await queue.client.attach('stock', 'reserve', 'unknown').answer).toMatchObject({
      ok: false,
      error: { code: 'call_gone' },
    });
  });

  it('with a key is not overtaken while it waits for its next attempt', async () => {
    await using queue = await startTestQueue(shop);
    const order: string[] = [];
    queue.client.serve(
      'stock',
      {
        reserve: ({ count }, { attempt, fail }) => {
          order.push(`${count}.${attempt}`);
          if (count === 1 && attempt < 3) throw fail('offline');
          return { reservation: 'r' };
        },
      },
      only,
    );
    const caller = queue.connect();
    const calls = [1, 2, 3].map((count) =>
      caller.call('stock', 'reserve', { sku: 'tea', count }, { key: 'tea' }),
    );
    while (order.length < 5) await queue.clock.advance(20);
    await Promise.all(calls);
    expect(order).toEqual(['1.1', '1.2', '1.3', '2.1', '3.1']);
  });

  it('is handed out in the order of its key, one after the other', async () => {
    await using queue = await startTestQueue(shop);
    const running: number[] = [];
    let most = 0;
    const order: number[] = [];
    queue.client.serve(
      'stock',
      {
        reserve: async ({ count }) => {
          running.push(count);
          most = Math.max(most, running.length);
          order.push(count);
          await new Promise((resolve) => setImmediate(resolve));
          running.splice(running.indexOf(count), 1);
          return { reservation: 'r' };
        },
      },
      only,
    );
    const caller = queue.connect();
    const counts = [1, 2, 3, 4, 5];
    await Promise.all(
      counts.map((count) => caller.call('stock', 'reserve', { sku: 'tea', count }, { key: 'tea' })),
    );
    expect([order, most]).toEqual([counts, 1]);
  });
});
