import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { defineContract, type Contract } from './contract.js';
import { QueueError } from './errors.js';
import { defineQueue } from './queue.js';
import { contract } from './system.js';

const thrown = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

const events = { e: z.string() };

/** As from plain JavaScript: what the compiler would refuse. */
const contractOf = (queues: Contract): Contract => (defineContract as (queues: Contract) => Contract)(queues);

describe('defineQueue', () => {
  it('returns what was declared, frozen', () => {
    const queue = defineQueue('orders', { events, retention: { maxMessages: 5 } });
    expect(queue).toEqual({
      name: 'orders',
      events,
      calls: {},
      failures: [],
      retention: { maxMessages: 5 },
      deadLetters: {},
    });
    expect(Object.isFrozen(queue)).toBe(true);
    expect(defineQueue('orders', { events }).retention).toEqual({});
    const deadLetters = { maxAgeMs: 1_000, maxBytes: 5 };
    expect(defineQueue('orders', { events, deadLetters }).deadLetters).toEqual(deadLetters);
  });

  it.each<[object, RegExp]>([
    [{ deadLetters: { maxAgeMs: 0 } }, /deadLetters\.maxAgeMs is 0, not a positive number/],
    [{ deadLetters: { maxBytes: Number.NaN } }, /deadLetters\.maxBytes is NaN/],
    [{ deadLetters: { maxBytes: '1 GB' } }, /deadLetters\.maxBytes is 1 GB/],
    [
      { deadLetters: { maxMessages: 5 } },
      /deadLetters has no bound "maxMessages", only maxAgeMs and maxBytes/,
    ],
    [{ retention: { maxAge: 5 } }, /retention has no bound "maxAge"/],
    [{ retention: { maxMessages: -1 } }, /retention\.maxMessages is -1/],
  ])('refuses bounds that would silently keep everything, or nothing: %j', (bounds, text) => {
    const error = thrown(() => defineQueue('q', { events, ...bounds }));
    expect(error).toMatchObject({ code: 'contract_invalid', message: expect.stringMatching(text) });
  });

  it.each(['a', 'a-b_c9', 'x'.repeat(63)])('takes the name %s', (name) => {
    expect(defineQueue(name, { events }).name).toBe(name);
  });

  it.each(['', 'Orders', '1st', '-a', '_a', 'a.b', 'a/b', 'a b', '..', 'é', 'a\n', 'x'.repeat(64)])(
    'refuses the name %p: it is a folder and a room as well',
    (name) => {
      const error = thrown(() => defineQueue(name, { events }));
      expect(error).toBeInstanceOf(QueueError);
      expect(error).toMatchObject({ code: 'contract_invalid' });
    },
  );

  it.each(['', '1st', '__proto__', 'a b', 'a\n', 'x'.repeat(64)])('refuses the event name %p', (event) => {
    const error = thrown(() => defineQueue('q', { events: Object.fromEntries([[event, z.string()]]) }));
    expect(error).toMatchObject({ code: 'contract_invalid' });
  });

  it('takes as many events as one byte can name, and no more', () => {
    const named = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, event) => [`e${event}`, z.string()]));
    expect(Object.keys(defineQueue('q', { events: named(255) }).events)).toHaveLength(255);
    expect(thrown(() => defineQueue('q', { events: named(256) }))).toMatchObject({
      code: 'contract_invalid',
    });
    expect(thrown(() => defineQueue('q', { events: {} }))).toMatchObject({ code: 'contract_invalid' });
  });

  it('reports all problems at once', () => {
    const error = thrown(() => defineQueue('Q', { events: { 'a b': z.string(), 'c d': z.string() } }));
    expect(error).toMatchObject({
      details: {
        wrong: [expect.stringContaining('"Q"'), expect.stringContaining('"a b"'), expect.anything()],
      },
    });
  });
});

describe('defineContract', () => {
  const orders = defineQueue('orders', { events });

  it('returns the queues, frozen, in a record of its own', () => {
    const queues = { orders };
    const defined = defineContract(queues);
    expect(defined).toEqual({ orders });
    expect(Object.isFrozen(defined)).toBe(true);
    expect(Object.isFrozen(queues)).toBe(false);
  });

  it('refuses a queue under another name', () => {
    expect(thrown(() => contractOf({ purchases: orders }))).toMatchObject({
      code: 'contract_invalid',
      message: 'Queue "orders" has the key "purchases" in the contract: they must be the same.',
    });
  });
});

describe("this system's contract", () => {
  it('has two queues', () => {
    expect(Object.keys(contract)).toEqual(['files', 'database']);
    expect(Object.keys(contract.files.events)).toEqual(['save', 'error']);
    expect(Object.keys(contract.database.events)).toEqual(['create', 'read', 'update', 'delete', 'error']);
  });
});
