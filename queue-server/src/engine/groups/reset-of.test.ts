import { describe, expect, it } from '@jest/globals';
import { policyOf } from '../group/policy.js';
import { GroupRegistry, resetOf, type GroupEntry } from './registry.js';

const of = { queue: 'files', group: 'logger' };
const openAt = (floor: number, epoch = 'one'): GroupEntry => {
  const groups = new GroupRegistry(
    (settings) => policyOf(settings, { leaseMs: 1, maxUnsettled: 1, random: Math.random }),
    { now: () => 0, wallNow: () => 0 },
  );
  groups.apply({ kind: 'group', ...of, epoch, floor, runs: [] });
  const open = groups.get(of.queue, of.group);
  if (open === undefined) throw new Error('the record made no group');
  return open;
};
describe('the reset of a group', () => {
  const head = { epoch: 'one', firstSeq: 2, lastSeq: 9, bytes: 0 };
  it.each([2, 9, 10, 11])('is not needed for the floor %i in the same life of the log', (floor) => {
    expect(resetOf(openAt(floor), head)).toBeUndefined();
  });

  it('is needed when the log has another life', () => {
    expect(resetOf(openAt(5, 'two'), head)).toEqual({ reason: 'reset', from: 5, epoch: 'one' });
  });
});
