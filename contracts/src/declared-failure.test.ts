import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { declarationOf } from './declared-failure.js';
import { event } from './event.js';
import { defineQueue } from './queue.js';

const sku = z.string();
const broken = z.unknown().refine(() => {
  throw new Error('broken');
});
const stock = defineQueue('stock', {
  events: {
    low: event(sku, {
      failures: {
        mail_down: { retry: true },
        sold_out: { retry: false, data: z.int() },
        unchecked: { retry: false, data: broken },
      },
    }),
    checked: event(sku, { failures: { sold_out: { retry: false, data: sku } } }),
  },
});

describe('a failure matches a declaration', () => {
  it.each([
    ['by its code', { event: 'low', code: 'mail_down' }],
    ['by what comes with it', { event: 'low', code: 'sold_out', data: 3 }],
    ['of another event', { event: 'checked', code: 'sold_out', data: 'tea' }],
  ])('%s', (_how, failure) => {
    expect(declarationOf(stock, failure)).toMatchObject({ event: failure.event, code: failure.code });
  });

  it('of any event', () => {
    expect(declarationOf(stock, { code: 'sold_out', data: 'tea' })).toMatchObject({ event: 'checked' });
  });
});

describe('a failure matches no declaration', () => {
  it.each([
    ['of another code', { event: 'low', code: 'lost' }],
    ['of another event', { event: 'checked', code: 'mail_down' }],
    ['with other data', { event: 'low', code: 'sold_out', data: 'tea' }],
    ['without its data', { event: 'low', code: 'sold_out' }],
    ['with data where none are declared', { event: 'low', code: 'mail_down', data: 3 }],
    ['whose schema throws', { event: 'low', code: 'unchecked', data: 3 }],
  ])('%s', (_how, failure) => {
    expect(declarationOf(stock, failure)).toBeUndefined();
  });

  it('of a queue that nothing is known of', () => {
    expect(declarationOf({}, { code: 'mail_down' })).toBeUndefined();
  });
});
