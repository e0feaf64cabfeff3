import { expect, it } from '@jest/globals';
import { between, type Moment } from './run.js';

const momentOf = (at: number, published: number, delivered: number, cpuMs: number): Moment => ({
  publisher: { at, count: published, cpuMs },
  broker: { cpuMs: 2 * cpuMs, bytes: 0 },
  subscriber: { at, count: delivered, cpuMs: 3 * cpuMs },
});
const from = momentOf(1_000, 100, 50, 10);
const to = momentOf(3_000, 1_100, 550, 20);

it('a rate is what was done between two moments', () => {
  expect(between(from, to, 'publisher').perSecond).toBe(500);
  expect(between(from, to, 'subscriber').perSecond).toBe(250);
});

it('CPU time is that of the same time, for each message that counts', () => {
  expect(between(from, to, 'publisher').cpuUs).toEqual({ publisher: 10, broker: 20, subscriber: 30 });
  expect(between(from, to, 'subscriber').cpuUs).toEqual({ publisher: 20, broker: 40, subscriber: 60 });
});
