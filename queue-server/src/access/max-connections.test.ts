import { describe, expect, it } from '@jest/globals';
import { maxConnectionsOf, descriptorLimit } from './max-connections.js';

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             62793                62793                processes
Max open files            1024                 4096                 files
`;

describe('the limit of open files', () => {
  it('is the soft one', () => {
    expect(descriptorLimit(LIMITS)).toBe(1_024);
  });

  it.each(['Max open files            unlimited            unlimited            files', ''])(
    'is none where it is unlimited or unknown: "%s"',
    (limits) => {
      expect(descriptorLimit(limits)).toBeUndefined();
    },
  );
});

interface Case {
  readonly is: string;
  readonly configured?: number;
  readonly descriptors?: number;
  readonly queues: number;
  readonly most: number;
  readonly reduced?: boolean;
}

describe('the number of connections', () => {
  it.each<Case>([
    { is: '10,000 where descriptors abound', descriptors: 1_048_576, queues: 2, most: 10_000 },
    { is: '10,000 where their limit is unknown', queues: 2, most: 10_000 },
    { is: 'what leaves enough for the journals', descriptors: 1_024, queues: 2, most: 880 },
    { is: 'lower with more queues', descriptors: 1_024, queues: 10, most: 624 },
    { is: 'half of very few descriptors', descriptors: 100, queues: 2, most: 50 },
    { is: 'the configured one', configured: 500, descriptors: 1_024, queues: 2, most: 500 },
    {
      is: 'reduced where too many are configured',
      configured: 5_000,
      descriptors: 1_024,
      queues: 2,
      most: 880,
      reduced: true,
    },
  ])('is $is', ({ configured, descriptors, queues, most, reduced = false }) => {
    expect(maxConnectionsOf(configured, descriptors, queues)).toEqual({ maxConnections: most, reduced });
  });
});
