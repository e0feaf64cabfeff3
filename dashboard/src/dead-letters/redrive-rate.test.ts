import { expect, it } from '@jest/globals';
import { redriveRate, type RedriveRate } from './redrive-rate.js';

it.each<[string, RedriveRate]>([
  ['', { kind: 'any' }],
  [' ', { kind: 'any' }],
  ['1', { kind: 'limited', perSecond: 1 }],
  [' 200 ', { kind: 'limited', perSecond: 200 }],
])('%j letters a second is a rate', (typed, rate) => {
  expect(redriveRate(typed)).toEqual(rate);
});

it.each(['0', '-5', '0.5', '1e3', '1,000', 'ten', '9'.repeat(20)])(
  '%j letters a second is no rate',
  (typed) => {
    expect(redriveRate(typed)).toEqual({ kind: 'unreadable' });
  },
);
