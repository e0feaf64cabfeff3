import { expect, it } from '@jest/globals';
import { policyText } from './failure-policy.js';

it.each([
  [{ retry: false }, 'dead-lettered at once'],
  [{ retry: true }, 'tried again, after the delays of the group'],
  [{ retry: true, retryDelaysMs: [50, 2_000] }, 'tried again after 50 ms, 2 s'],
])('policyText of %j', (failure, text) => {
  expect(policyText(failure)).toBe(text);
});
