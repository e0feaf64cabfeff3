import { describe, expect, it } from '@jest/globals';
import { call, defineContract, defineQueue, streaming } from '@typed-queue/contracts';
import { startTestQueue } from '@typed-queue/queue-server/testing';
import * as z from 'zod';
import { connect } from '../connect.js';
import { gate } from '../consuming/subscription.fixture.js';

const sku = z.strictObject({ sku: z.string() });
const stock = defineQueue('stock', {
  events: {
    low: sku,
    reserve: call({
      input: z.strictObject({ sku: z.string(), count: z.int() }),
      output: z.strictObject({ reservation: z.string() }),
      failures: {
        sold_out: { retry: false, data: z.strictObject({ left: z.int() }) },
        offline: { retry: true, retryDelaysMs: [10] },
      },
    }),
    count: call({ input: sku, output: z.int(), idempotent: true }),
    movements: streaming({ input: sku, output: z.int(), failures: { archived: { retry: false } } }),
  },
});
const shop = defineContract({ stock });

const none = async function* (): AsyncIterable<never> {
  yield* [];
};
/** Responders of the others, for tests of one. */
const others = { reserve: () => ({ reservation: 'r' }), count: () => 1, movements: none };

describe('a call', () => {
  it('is answered by a responder of another client', async () => {
    await using queue = await startTestQueue(shop);
    const caller = queue.connect();
    const responder = queue.connect();
    await responder.serve('stock', {
      ...others,
      reserve: async ({ sku: name, count }) => ({ reservation: `${count} ${name}` }),
    }).ready;
    expect(await caller.call('stock', 'reserve', { sku: 'tea', count: 2 })).toEqual({
      reservation: '2 tea',
    });
  });

  it('fails as the contract declares', async () => {
    await using queue = await startTestQueue(shop);
    queue.client.serve('stock', {
      ...others,
      reserve: (_, { fail }) => {
        throw fail('sold_out', { left: 3 }, { reason: 'only 3 left' });
      },
    });
    const { answer } = queue.client.call('stock', 'reserve', { sku: 'tea', count: 4 });
    expect(await answer).toMatchObject({
      ok: false,
      error: { code: 'sold_out', data: { left: 3 }, message: 'only 3 left' },
    });
  });

  it('fails as declared as well when its responder, in plain JavaScript, returns the failure', async () => {
    await using queue = await startTestQueue(shop);
    const reserve: unknown = (_: unknown, { fail }: { fail: (code: string, data: object) => Error }) =>
      fail('sold_out', { left: 3 });
    // Safe: the compiler refuses it, which is tested elsewhere.
    queue.client.serve('stock', { ...others, reserve: reserve as typeof others.reserve });
    const { answer } = queue.client.call('stock', 'reserve', { sku: 'tea', count: 4 });
    expect(await answer).toMatchObject({ ok: false, error: { code: 'sold_out', data: { left: 3 } } });
  });

  it('is answered by what JSON makes of an output', async () => {
    await using queue = await startTestQueue(shop);
    class Reservation {
      readonly reservation = 'r';
      readonly note = undefined;
    }
    queue.client.serve('stock', { ...others, reserve: () => new Reservation() });
    expect(await queue.client.call('stock', 'reserve', { sku: 'tea', count: 2 })).toEqual({
      reservation: 'r',
    });
  });

  it('has its name in what it fails with', async () => {
    await using queue = await startTestQueue(shop);
    queue.client.serve('stock', {
      ...others,
      reserve: (_, { fail }) => {
        throw fail('sold_out', { left: 3 });
      },
    });
    const declared = await queue.client.call('stock', 'reserve', { sku: 'tea', count: 4 }).answer;
    expect(declared).toMatchObject({ error: { queue: 'stock', call: 'reserve' } });
    const wrong = await queue.client.call('stock', 'count', { sku: 'tea' }, { timeoutMs: -1 }).answer;
    expect(wrong).toMatchObject({
      error: { code: 'request_invalid', details: { queue: 'stock', call: 'count' } },
    });
  });

  it('is made again after a failure that is retried', async () => {
    await using queue = await startTestQueue(shop);
    const attempts: number[] = [];
    queue.client.serve('stock', {
      ...others,
      reserve: (_, { attempt, fail }) => {
        attempts.push(attempt);
        if (attempt < 3) throw fail('offline');
        return { reservation: 'r' };
      },
    });
    // As long as the clock of the server may need.
    const reserved = queue.client.call(
      'stock',
      'reserve',
      { sku: 'tea', count: 2 },
      { timeoutMs: 2_000_000_000 },
    );
    while (attempts.length < 3) await queue.clock.advance(20);
    await reserved;
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('many at once are answered, each with its own output', async () => {
    await using queue = await startTestQueue(shop);
    queue.client.serve('stock', { ...others, count: async ({ sku: name }) => Number(name) });
    const caller = queue.connect();
    const numbers = Array.from({ length: 3_000 }, (_, number) => number);
    expect(await Promise.all(numbers.map((n) => caller.call('stock', 'count', { sku: String(n) })))).toEqual(
      numbers,
    );
  });

  it('of a responder that fails tells nothing of why', async () => {
    await using queue = await startTestQueue(shop);
    const errors: unknown[] = [];
    const caller = queue.connect();
    const responder = queue.connect();
    responder.on('call:error', ({ error }) => errors.push(error));
    const why = new Error('secret');
    responder.serve('stock', {
      ...others,
      count: () => {
        throw why;
      },
    });
    const answer = await caller.call('stock', 'count', { sku: 'tea' }).answer;
    expect(answer).toMatchObject({ ok: false, error: { code: 'call_failed' } });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(errors).toEqual([why]);
  });

  it('whose signal aborts aborts the signal of its responder', async () => {
    await using queue = await startTestQueue(shop);
    const begun = gate();
    const ended = gate();
    queue.client.serve('stock', {
      ...others,
      count: (_, { signal }) => {
        signal.addEventListener('abort', ended.open);
        begun.open();
        return ended.promise.then(() => 1);
      },
    });
    const controller = new AbortController();
    const { answer } = queue.client.call('stock', 'count', { sku: 'tea' }, { signal: controller.signal });
    await begun.promise;
    controller.abort();
    expect(await answer).toMatchObject({ error: { code: 'outcome_unknown' } });
    await ended.promise;
  });

  it('of a responder is ended with the deadline of its caller', async () => {
    await using queue = await startTestQueue(shop);
    const inner = gate();
    const serving = queue.client.serve('stock', {
      ...others,
      count: () => new Promise<number>(() => undefined),
      reserve: async ({ sku: name }, { signal }) => {
        const { answer } = queue.client.call('stock', 'count', { sku: name }, { signal });
        const given = await answer;
        inner.open();
        return { reservation: given.ok ? 'odd' : given.error.code };
      },
    });
    await serving.ready;
    const { answer } = queue.client.call('stock', 'reserve', { sku: 'tea', count: 1 }, { timeoutMs: 2_000 });
    expect(await answer).toMatchObject({ error: { code: 'deadline_exceeded' } });
    await inner.promise;
  });

  it('that is idempotent is answered after its responder is lost', async () => {
    await using queue = await startTestQueue(shop);
    const begun = gate();
    const caller = queue.connect();
    const lost = queue.connect();
    await lost.serve('stock', {
      ...others,
      count: () => {
        begun.open();
        return new Promise<number>(() => undefined);
      },
    }).ready;
    const { answer } = caller.call('stock', 'count', { sku: 'tea' });
    await begun.promise;
    await queue.connect().serve('stock', { ...others, count: () => 2 }).ready;
    await lost.close({ timeoutMs: 0 });
    expect(await answer).toEqual({ ok: true, value: 2 });
  });
});

describe('a streaming call', () => {
  it('brings all items in order, however slow its loop is', async () => {
    await using queue = await startTestQueue(shop);
    queue.client.serve('stock', {
      ...others,
      movements: async function* () {
        for (let item = 0; item < 500; item++) yield item;
      },
    });
    const items: number[] = [];
    for await (const item of queue.client.call('stock', 'movements', { sku: 'tea' })) {
      if (item % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      items.push(item);
    }
    expect(items).toEqual(Array.from({ length: 500 }, (_, item) => item));
  });

  it('that is left returns the iterable of its responder', async () => {
    await using queue = await startTestQueue(shop);
    const returned = gate();
    queue.client.serve('stock', {
      ...others,
      movements: async function* () {
        try {
          for (let item = 0; ; item++) yield item;
        } finally {
          returned.open();
        }
      },
    });
    for await (const item of queue.client.call('stock', 'movements', { sku: 'tea' })) if (item === 100) break;
    await returned.promise;
  });

  it('fails as the contract declares, after its items', async () => {
    await using queue = await startTestQueue(shop);
    queue.client.serve('stock', {
      ...others,
      movements: async function* (_, { fail }) {
        yield 1;
        throw fail('archived');
      },
    });
    const items: number[] = [];
    const loop = (async () => {
      for await (const item of queue.client.call('stock', 'movements', { sku: 'tea' })) items.push(item);
    })();
    await expect(loop).rejects.toMatchObject({ code: 'archived' });
    expect(items).toEqual([1]);
  });
});

describe('a client that closes', () => {
  it('answers what its responders have', async () => {
    await using queue = await startTestQueue(shop);
    const begun = gate();
    const work = gate();
    const caller = queue.connect();
    const responder = queue.connect();
    responder.serve('stock', {
      ...others,
      count: async () => {
        begun.open();
        await work.promise;
        return 7;
      },
    });
    const { answer } = caller.call('stock', 'count', { sku: 'tea' });
    await begun.promise;
    const closed = responder.close();
    work.open();
    await closed;
    expect(await answer).toEqual({ ok: true, value: 7 });
  });

  it('may be closed by one of its responders', async () => {
    await using queue = await startTestQueue(shop);
    const responder = connect(shop, { url: queue.url });
    let closed: Promise<void> | undefined;
    responder.serve('stock', {
      ...others,
      count: async () => {
        closed = responder.close();
        await closed;
        return 7;
      },
    });
    expect(await queue.client.call('stock', 'count', { sku: 'tea' })).toBe(7);
    await closed;
  });
});
