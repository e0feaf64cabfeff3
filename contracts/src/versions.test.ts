import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { defineQueue } from './queue.js';
import { upcast, version } from './versions.js';

const one = z.strictObject({ id: z.string() });
const two = z.strictObject({ id: z.string(), note: z.string() });
const three = z.strictObject({ id: z.string(), notes: z.array(z.string()) });

const orders = defineQueue('orders', {
  events: { placed: three },
  versions: {
    placed: [
      version(one, ({ id }) => ({ id, note: '' })),
      version(two, ({ id, note }) => ({ id, notes: [note] })),
      three,
    ],
  },
});
const earlier = orders.versions?.placed ?? [];

const fail = (): never => {
  throw new Error('no such order');
};

describe('an upcast', () => {
  it.each([
    [{ id: 'a' }, { id: 'a', notes: [''] }],
    [
      { id: 'a', note: 'b' },
      { id: 'a', notes: ['b'] },
    ],
  ])('of %j goes through every later version', (payload, newest) => {
    expect(upcast(earlier, payload)).toEqual({ payload: newest });
  });

  it('is none for a payload of no earlier version', () => {
    expect(upcast(earlier, { id: 7 })).toBeUndefined();
    expect(upcast([], { id: 'a' })).toBeUndefined();
  });

  it('begins with the newest version that the payload matches', () => {
    const loose = z.object({ id: z.string() });
    const both = [version(loose, () => 'from loose'), version(two, () => 'from two')];
    expect(upcast(both, { id: 'a', note: 'b' })).toEqual({ payload: 'from two' });
  });

  it('throws what a step throws', () => {
    expect(() => upcast([version(one, fail)], { id: 'a' })).toThrow('no such order');
  });

  it.each<[string, (order: { id: string }) => unknown]>([
    ['that fails', fail],
    ['that succeeds', (order) => order],
  ])('%s does not change the stored payload', (_, end) => {
    const changing = version(one, (order) => {
      order.id = 'changed';
      return end(order);
    });
    const stored = { id: 'a' };
    try {
      upcast([changing], stored);
    } catch {
      // One of them does.
    }
    expect(stored).toEqual({ id: 'a' });
  });

  it('is none where the schema of a version would change the payload', () => {
    const trimming = version(z.strictObject({ id: z.string().trim() }), () => 'made');
    expect(upcast([trimming], { id: ' a ' })).toBeUndefined();
  });
});

it.each([{ versions: undefined }, { versions: { placed: undefined } }])(
  'there are none in %j',
  ({ versions }) => {
    const queue = defineQueue('orders', { events: { placed: three }, versions });
    expect(queue.versions?.placed ?? []).toEqual([]);
  },
);

it('versions that end with another schema, or are of no event, are refused', () => {
  const other = z.strictObject({ id: z.string(), notes: z.array(z.string()) });
  const events = { placed: three };
  // Safe: plain JavaScript may say so.
  const versions = { placed: [version(one, ({ id }) => ({ id, notes: [] })), other], paid: [one] } as never;
  expect(() => defineQueue('orders', { events, versions })).toThrow(
    'Queue "orders": the last version of "placed" is not the schema that it has in events; ' +
      'it has versions of "paid", but no such event.',
  );
});
