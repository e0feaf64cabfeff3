import { describe, expect, it } from '@jest/globals';
import type { Finding, Overview } from '@typed-queue/contracts';
import { mergedOverview } from './merged-overview.js';
import { unreachableOverview } from './unreachable-queue.js';

const rights = { publish: true, consume: true, tail: true, admin: true };
const none = { rates: { published: 0, settled: 0 }, groups: 0, members: 0, deadLetters: 0 };
const why = { code: 'storage_unavailable', message: 'Nobody has it.' } as const;
const rowOf = (queue: string) => unreachableOverview({ queue, unreachable: why }, { rights, retention: {} });

const overviewOf = (queue: string, ...attention: readonly Finding[]): Overview => ({
  server: null,
  totals: { queues: 1, ...none },
  queues: [{ ...rowOf(queue), unreachable: undefined }],
  next: null,
  attention,
});
const fault: Finding = { kind: 'storage-fault', code: 'storage_failed' };
const attentionOf = (overviews: readonly Overview[], unreachable = [] as readonly string[]) =>
  mergedOverview(
    overviews,
    {},
    { seesServer: true, connections: 1, memory: { used: 0, budget: 1 }, unreachable: unreachable.map(rowOf) },
  ).attention;

describe('what needs attention in several servers', () => {
  it('is a fault of the storage where all have it', () => {
    expect(attentionOf([overviewOf('a', fault), overviewOf('b', fault)])).toEqual([fault]);
  });

  it('is a fault of a queue where the others store', () => {
    expect(attentionOf([overviewOf('a', fault), overviewOf('b')])).toEqual([{ ...fault, queue: 'a' }]);
  });

  it('is a queue that cannot be asked, after those that store nothing', () => {
    expect(attentionOf([overviewOf('a', fault), overviewOf('b')], ['c'])).toEqual([
      { ...fault, queue: 'a' },
      { kind: 'unreachable', queue: 'c', ...why },
    ]);
  });
});
