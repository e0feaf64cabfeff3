import { beforeEach, describe, expect, it } from '@jest/globals';
import { MadeGroups } from './made-groups.js';

let there: Set<string>;
let groups: MadeGroups;

beforeEach(() => {
  there = new Set();
  groups = new MadeGroups({ limit: 2, exists: (queue, group) => there.has(`${queue}/${group}`) });
});

const join = (group: string, queue = 'files'): Promise<string> =>
  groups.join({ queue, group }, async () => {
    there.add(`${queue}/${group}`);
    return group;
  });

describe('the groups that a connection makes', () => {
  it('are limited, over all queues', async () => {
    await join('a');
    await join('a', 'database');
    await expect(join('b')).rejects.toMatchObject({
      code: 'group_limit',
      retryable: false,
      details: { queue: 'files', group: 'b', limit: 2, scope: 'connection' },
      message: expect.stringContaining('MAX_GROUPS_PER_CONNECTION'),
    });
    expect(there.size).toBe(2);
  });

  it('are not those that were there before, nor the same ones again', async () => {
    there.add('files/old').add('files/older').add('files/oldest');
    for (const group of ['old', 'older', 'oldest', 'a', 'a', 'a', 'b', 'a']) await join(group);
    await expect(join('c')).rejects.toMatchObject({ code: 'group_limit' });
  });

  it('are limited also when all are asked for at once', async () => {
    const joined = await Promise.allSettled(['a', 'b', 'c', 'd'].map((group) => join(group)));
    expect(joined.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  });

  it('no longer count when they were deleted', async () => {
    for (const group of ['a', 'b']) await join(group);
    there.delete('files/a');
    await join('c');
    await expect(join('d')).rejects.toMatchObject({ code: 'group_limit' });
  });

  it('do not count when they could not be made', async () => {
    const failing = groups.join({ queue: 'files', group: 'x' }, () => Promise.reject(new Error('the disk')));
    await expect(failing).rejects.toThrow('the disk');
    for (const group of ['a', 'b']) await join(group);
  });
});
