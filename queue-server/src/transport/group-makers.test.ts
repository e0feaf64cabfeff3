import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupMakers } from './group-makers.js';

let there: Set<string>;
let makers: GroupMakers;

beforeEach(() => {
  there = new Set();
  makers = new GroupMakers({ maxGroups: 8, exists: (queue, group) => there.has(`${queue}/${group}`) });
});

const join = (principal: string, group: string, queue = 'files'): Promise<unknown> =>
  makers.join(principal, { queue, group }, async () => there.add(`${queue}/${group}`));

describe('the groups that a principal makes', () => {
  it('are a quarter of those that a queue may have, and more of another queue', async () => {
    for (const group of ['a', 'b']) await join('key:one', group);
    await expect(join('key:one', 'c')).rejects.toMatchObject({
      code: 'group_limit',
      details: { queue: 'files', group: 'c', limit: 2, scope: 'principal' },
    });
    await join('key:one', 'c', 'database');
  });

  it('leave room for those of others, and do not count when others made them', async () => {
    for (const group of ['a', 'b']) await join('key:one', group);
    for (const group of ['a', 'b', 'c', 'd']) await join('key:other', group);
    await join('key:one', 'c');
  });

  it('count no longer when they were deleted', async () => {
    for (const group of ['a', 'b']) await join('key:one', group);
    there.delete('files/a');
    await join('key:one', 'c');
  });

  it('are forgotten when none is there', async () => {
    for (let n = 0; n < 3_000; n++) {
      await join(`jwt:${n}`, 'a');
      there.clear();
    }
    expect(makers.size).toBeLessThanOrEqual(1_000);
  });
});
