import { describe, expect, it } from '@jest/globals';
import { isTypedCount } from './typed-count.js';

describe('isTypedCount', () => {
  it.each(['1204', '1,204', '1.204', '1 204', ' 1204 '])('takes %j', (typed) => {
    expect(isTypedCount(typed, 1_204)).toBe(true);
  });

  it.each(['', '120', '12040', '-1204', '1204 letters', '0x4b4'])('refuses %j', (typed) => {
    expect(isTypedCount(typed, 1_204)).toBe(false);
  });
});
