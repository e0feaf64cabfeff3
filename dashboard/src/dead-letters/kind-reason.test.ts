import { describe, expect, it } from '@jest/globals';
import { commonReason } from './kind-reason.js';

describe('commonReason', () => {
  it.each([
    ['no such file', 'no such file'],
    ['order # has no price after # ms', ' has no price after '],
    ['#: too many', ': too many'],
  ])('of %j is %j', (reason, common) => {
    expect(commonReason(reason)).toBe(common);
  });

  it.each(['', '#', '# # #'])('of %j is nothing', (reason) => {
    expect(commonReason(reason)).toBeUndefined();
  });
});
