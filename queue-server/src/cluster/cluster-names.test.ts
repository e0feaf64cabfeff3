import { describe, expect, it } from '@jest/globals';
import { ClusterNames } from './cluster-names.js';

const storeOf = (prefix: string, queue: string): string => new ClusterNames(prefix).storeOf(queue);

describe('the name of a store of one queue', () => {
  it.each([
    ['a.b', 'a_b'],
    ['a_2eb', 'a.b'],
    ['ab', 'a-b'],
  ])('is another one for %s than for %s', (one, other) => {
    expect(storeOf('queue', one)).not.toBe(storeOf('queue', other));
  });

  it('is another one for each prefix', () => {
    expect(storeOf('a_-b', 'c')).not.toBe(storeOf('a', 'b_-c'));
  });

  it('has only what names of buckets may have', () => {
    expect(storeOf('queue', 'shop.orders é')).toMatch(/^[A-Za-z0-9_-]+$/);
  });
});
