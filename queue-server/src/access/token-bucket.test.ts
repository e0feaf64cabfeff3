import { beforeEach, describe, expect, it } from '@jest/globals';
import { TokenBucket } from './token-bucket.js';

let now: number;
const bucket = (perSecond: number, burst?: number): TokenBucket =>
  new TokenBucket({ perSecond, ...(burst !== undefined && { burst }) }, () => now);

beforeEach(() => {
  now = 5_000;
});

describe('a token bucket', () => {
  it('gives a burst at once, and then as much as time brings', () => {
    const tokens = bucket(100);
    expect(tokens.waitMs(100)).toBe(0);
    tokens.take(100);
    expect(tokens.waitMs(1)).toBe(10);
    now += 10;
    expect(tokens.waitMs(1)).toBe(0);
    expect(tokens.waitMs(2)).toBe(10);
  });

  it('takes nothing by asking', () => {
    const tokens = bucket(100);
    for (let n = 0; n < 1_000; n++) tokens.waitMs(100);
    expect(tokens.waitMs(100)).toBe(0);
  });

  it('holds no more than its burst', () => {
    const tokens = bucket(100, 10);
    now += 1_000_000;
    tokens.take(10);
    expect(tokens.waitMs(1)).toBe(10);
  });

  it('gives more than its burst when it is full, and is in debt for it', () => {
    const tokens = bucket(100);
    expect(tokens.waitMs(250)).toBe(0);
    tokens.take(250);
    expect(tokens.waitMs(0)).toBe(1_500);
    expect(tokens.waitMs(1)).toBe(1_510);
    expect(tokens.waitMs(250)).toBe(2_500);
    now += 2_500;
    expect(tokens.waitMs(250)).toBe(0);
  });

  it('is full again when all was returned', () => {
    const tokens = bucket(100);
    expect(tokens.isFull).toBe(true);
    tokens.take(50);
    expect(tokens.isFull).toBe(false);
    now += 500;
    expect(tokens.isFull).toBe(true);
  });
});
