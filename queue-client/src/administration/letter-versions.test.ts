import { describe, expect, it } from '@jest/globals';
import { defineQueue, version, type DeadLetter, type DeadLetterPage } from '@typed-queue/contracts';
import * as z from 'zod';
import { upcastLetters } from './letter-versions.js';

const one = z.strictObject({ id: z.string() });
const two = z.strictObject({ id: z.string(), note: z.string().max(8) });
const orders = defineQueue('orders', {
  events: { placed: two, cancelled: one },
  versions: {
    placed: [
      version(one, (order) => {
        const { id } = order;
        order.id = 'changed';
        if (id === 'broken') throw new Error('no such order');
        return { id, note: id === 'long' ? 'more than eight' : '' };
      }),
      two,
    ],
  },
});

const pageOf = (event: string, payload: unknown): DeadLetterPage => {
  const message = { id: '1', queue: 'orders', event, payload, headers: {}, seq: 1, time: 1 };
  // Safe: nothing else of a letter is read.
  return { letters: [{ message } as unknown as DeadLetter], gaps: [], next: null };
};

describe('a dead letter', () => {
  it('of an earlier version is shown as the newest', () => {
    expect(upcastLetters(orders, pageOf('placed', { id: 'a' }))).toEqual(
      pageOf('placed', { id: 'a', note: '' }),
    );
  });

  it.each([
    ['of the newest version', 'placed', { id: 'a', note: 'b' }],
    ['of no version', 'placed', { id: 7 }],
    ['whose upcast throws', 'placed', { id: 'broken' }],
    ['whose upcast makes no valid payload', 'placed', { id: 'long' }],
    ['of an event without versions', 'cancelled', { id: 7 }],
    ['of an event that this contract lacks', 'constructor', { id: 7 }],
  ])('%s is shown as it was stored', (_, event, payload) => {
    const stored = pageOf(event, structuredClone(payload));
    expect(upcastLetters(orders, pageOf(event, payload))).toEqual(stored);
  });

  it('whose message is gone stays without one', () => {
    // Safe: nothing else of a letter is read.
    const page = { letters: [{ message: null } as DeadLetter], gaps: [], next: null };
    expect(upcastLetters(orders, page)).toEqual(page);
  });
});
