import { beforeEach, describe, expect, it } from '@jest/globals';
import { connectionGroupQuota, PrincipalGroupQuotas, type GroupQuota } from './group-quota.js';

let existing: Set<string>;

const exists = (queue: string, group: string): boolean => existing.has(`${queue}/${group}`);
const create = (queue: string, group: string) => async () => existing.add(`${queue}/${group}`);

beforeEach(() => {
  existing = new Set();
});

describe('the group quota of a connection', () => {
  let quota: GroupQuota;

  beforeEach(() => {
    quota = connectionGroupQuota(2, exists);
  });

  const join = (group: string, queue = 'files'): Promise<unknown> =>
    quota.join({ queue, group }, create(queue, group));

  it('limits the groups that it creates, over all queues', async () => {
    await join('a');
    await join('a', 'database');
    await expect(join('b')).rejects.toMatchObject({
      code: 'group_limit',
      retryable: false,
      details: { queue: 'files', group: 'b', limit: 2, scope: 'connection' },
      message: expect.stringContaining('MAX_GROUPS_PER_CONNECTION'),
    });
    expect(existing.size).toBe(2);
  });

  it('does not count groups that exist, nor one group twice', async () => {
    existing.add('files/old').add('files/older').add('files/oldest');
    for (const group of ['old', 'older', 'oldest', 'a', 'a', 'a', 'b', 'a']) await join(group);
    await expect(join('c')).rejects.toMatchObject({ code: 'group_limit' });
  });

  it('holds for requests that run at the same time', async () => {
    const joined = await Promise.allSettled(['a', 'b', 'c', 'd'].map((group) => join(group)));
    expect(joined.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  });

  it('does not count groups that were deleted', async () => {
    for (const group of ['a', 'b']) await join(group);
    existing.delete('files/a');
    await join('c');
    await expect(join('d')).rejects.toMatchObject({ code: 'group_limit' });
  });

  it('counts a group once that was deleted and made again', async () => {
    for (let times = 0; times < 2; times++) {
      existing.delete('files/a');
      await join('a');
    }
    await join('b');
    await expect(join('c')).rejects.toMatchObject({ code: 'group_limit' });
  });

  it('does not count groups that could not be created', async () => {
    const failing = quota.join({ queue: 'files', group: 'x' }, () => Promise.reject(new Error('the disk')));
    await expect(failing).rejects.toThrow('the disk');
    for (const group of ['a', 'b']) await join(group);
  });
});

describe('the group quotas of principals', () => {
  let quotas: PrincipalGroupQuotas;

  beforeEach(() => {
    quotas = new PrincipalGroupQuotas(8, exists);
  });

  const join = (principal: string, group: string, queue = 'files'): Promise<unknown> =>
    quotas.join(principal, { queue, group }, create(queue, group));

  it('are a quarter of the limit of each queue', async () => {
    for (const group of ['a', 'b']) await join('key:one', group);
    await expect(join('key:one', 'c')).rejects.toMatchObject({
      code: 'group_limit',
      details: { queue: 'files', group: 'c', limit: 2, scope: 'principal' },
    });
    await join('key:one', 'c', 'database');
  });

  it('do not count the groups that other principals created', async () => {
    for (const group of ['a', 'b']) await join('key:one', group);
    for (const group of ['a', 'b', 'c', 'd']) await join('key:other', group);
    await join('key:one', 'c');
  });

  it('do not count groups that were deleted', async () => {
    for (const group of ['a', 'b']) await join('key:one', group);
    existing.delete('files/a');
    await join('key:one', 'c');
  });

  it('are forgotten when none of their groups exists', async () => {
    for (let n = 0; n < 3_000; n++) {
      await join(`jwt:${n}`, 'a');
      existing.clear();
    }
    expect(quotas.size).toBeLessThanOrEqual(1_000);
  });
});
