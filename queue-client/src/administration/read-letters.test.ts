import { describe, expect, it } from '@jest/globals';
import {
  defineQueue,
  event as eventOf,
  version,
  type DeadLetter,
  type DeadLetterPage,
} from '@typed-queue/contracts';
import * as z from 'zod';
import { readLetters } from './read-letters.js';

const one = z.strictObject({ id: z.string() });
const two = z.strictObject({ id: z.string(), note: z.string().max(8) });
const orders = defineQueue('orders', {
  events: {
    placed: two,
    cancelled: one,
    counted: eventOf(one, {
      failures: { mail_down: { retry: true }, sold_out: { retry: false, data: z.int() } },
    }),
  },
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
  return { letters: [{ code: 'rejected', message } as unknown as DeadLetter], gaps: [], next: null };
};

describe('a dead letter', () => {
  it('of an earlier version is shown as the newest', () => {
    expect(readLetters(orders, pageOf('placed', { id: 'a' }))).toEqual(
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
    expect(readLetters(orders, pageOf(event, payload))).toEqual(stored);
  });

  it('whose message is gone stays without one', () => {
    // Safe: nothing else of a letter is read.
    const page = { letters: [{ code: 'rejected', message: null } as DeadLetter], gaps: [], next: null };
    expect(readLetters(orders, page)).toEqual(page);
  });
});

describe('the failure of a dead letter', () => {
  const letterOf = (failure: object): unknown => {
    const page = pageOf('counted', { id: 'a' });
    const letters = page.letters.map((letter) => ({ ...letter, ...failure }));
    return readLetters(orders, { ...page, letters }).letters[0];
  };

  it.each([
    ['that the server made', { code: 'attempts_exhausted' }],
    ['that is declared', { code: 'mail_down' }],
    ['that is declared, with its data', { code: 'sold_out', data: 3 }],
  ])('%s is shown as it was stored', (_, failure) => {
    expect(letterOf(failure)).toMatchObject(failure);
  });

  it.each([
    ['that is not declared', { code: 'lost' }],
    ['with other data than declared', { code: 'sold_out', data: 'three' }],
  ])('%s is undeclared, and says which it was', (_, failure) => {
    expect(letterOf(failure)).toMatchObject({ code: 'undeclared', data: failure });
  });

  it('is shown as it was stored where nothing of the failures is known', () => {
    const page = { letters: [{ code: 'lost', message: null } as DeadLetter], gaps: [], next: null };
    expect(readLetters({ ...orders, failures: undefined }, page)).toEqual(page);
  });
});
