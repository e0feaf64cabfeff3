import { expect, it } from '@jest/globals';
import { DEFAULT_LIMITS, limitsOf } from './limits.js';

it('limits that are left out or undefined have their defaults', () => {
  const limits = limitsOf({ maxConnections: 7, maxSubscriptions: undefined, messagesPerSecond: undefined });
  expect(limits).toEqual({ ...DEFAULT_LIMITS, maxConnections: 7 });
});
