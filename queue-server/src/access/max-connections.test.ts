import { describe, expect, it } from '@jest/globals';
import { maxConnectionsOf, descriptorLimit } from './max-connections.js';

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             62793                62793                processes
Max open files            1024                 4096                 files
`;

describe('the limit of open files', () => {
  it('is the soft one; there is none where it is unlimited or unknown', () => {
    expect(descriptorLimit(LIMITS)).toBe(1_024);
    expect(
      descriptorLimit('Max open files            unlimited            unlimited            files'),
    ).toBeUndefined();
    expect(descriptorLimit('')).toBeUndefined();
  });
});

describe('the number of connections', () => {
  it.each<[string, ...Parameters<typeof maxConnectionsOf>, maxConnections: number, reduced: boolean]>([
    ['10,000 where descriptors abound', undefined, 1_048_576, 2, 10_000, false],
    ['10,000 where nobody knows', undefined, undefined, 2, 10_000, false],
    ['what leaves enough for the journals', undefined, 1_024, 2, 880, false],
    ['fewer with more queues', undefined, 1_024, 10, 624, false],
    ['half of very few', undefined, 100, 2, 50, false],
    ['what the operator wants', 500, 1_024, 2, 500, false],
    ['less than that where it is too much', 5_000, 1_024, 2, 880, true],
  ])('is %s', (_, wanted, limit, queues, maxConnections, reduced) => {
    expect(maxConnectionsOf(wanted, limit, queues)).toEqual({ maxConnections, reduced });
  });
});
