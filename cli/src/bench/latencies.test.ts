import { expect, it } from '@jest/globals';
import { Latencies } from './latencies.js';

it('has the rate and the quantiles of all messages, each measured once', () => {
  const latencies = new Latencies(100);
  for (let message = 0; message < 99; message++) latencies.add(message, message + 1);
  latencies.add(0, 1_000);
  expect(latencies.isComplete).toBe(false);
  latencies.add(99, 100);
  expect(latencies.isComplete).toBe(true);
  expect(latencies.measured(500)).toEqual({ perSecond: 200, p50Ms: 50, p99Ms: 99 });
});
