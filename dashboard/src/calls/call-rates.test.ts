import { expect, it } from '@jest/globals';
import { rateBetween, type Sample } from './call-rates.js';

const sample = (at: number, ended: Readonly<Record<string, number>>): Sample => ({
  at,
  services: [{ call: 'reserve', answering: 'once', responders: [], waiting: 0, running: 0, ended }],
});

it('a rate is that of all calls that ended, however', () => {
  expect(rateBetween(sample(0, { ok: 1 }), sample(2_000, { ok: 4, sold_out: 1 }), 'reserve')).toBe(2);
});

it.each([
  ['at the first look', undefined, sample(1, { ok: 4 })],
  ['when nothing was asked between', sample(1, { ok: 4 }), sample(1, { ok: 4 })],
  ['when the server started again', sample(1, { ok: 4 }), sample(2, { ok: 1 })],
])('a rate is not known %s', (_when, before, after) => {
  expect(rateBetween(before, after, 'reserve')).toBeUndefined();
});
