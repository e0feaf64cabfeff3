import { expect } from '@jest/globals';
import type { Guarantee } from './guarantee.fixture.js';
import { MAX_GROUPS, OTHER_QUEUE, QUEUE } from './trial.fixture.js';

/** For engines that forget everything at a restart. */
export const GROUPS_KEPT_OVER_A_RESTART = [
  'keeps the settings of a group until others are given, also over a restart',
  'moves a group, also after a restart, and returns its leased messages',
  'delivers nothing of a paused group, also after a restart',
  'forgets a group that was deleted, also over a restart',
  'opens every stored group, also above the limit of groups',
  'keeps the life of a group over a restart',
];

export const management = (guarantee: Guarantee): void => {
  guarantee('lists the groups of a queue with their state', async (trial) => {
    await trial.append([1, 2, 3, 4]);
    const group = await trial.group({ settings: { maxAttempts: 4 } });
    await trial.group({ start: { seq: 3 }, name: 'h' });
    const { token } = await group.mustClaim('a', { maxMessages: 3 });
    await group.ack('a', token, [[1, 1]]);
    const life: unknown = expect.any(String);
    const common = { life, paused: false, stalled: false, deadLetters: 0, overtaken: 0, passedOver: [] };
    expect(trial.groups).toEqual([
      {
        group: 'g',
        floor: 2,
        cursor: 4,
        unsettled: 2,
        settings: { maxAttempts: 4 },
        holders: ['a'],
        ...common,
      },
      { group: 'h', floor: 3, cursor: 3, unsettled: 0, settings: {}, holders: [], ...common },
    ]);
    expect(trial.engine.queue(OTHER_QUEUE).groups.list()).toEqual([]);
  });

  guarantee('lists groups page by page, sorted by name', async (trial) => {
    for (const name of ['c', 'a', 'd', 'b']) await trial.group({ name });
    const page = (after: string | undefined, limit: number) =>
      trial.engine
        .queue(QUEUE)
        .groups.list({ after, limit })
        .map(({ group }) => group);
    expect(page(undefined, 3)).toEqual(['a', 'b', 'c']);
    expect(page('c', 3)).toEqual(['d']);
    expect(trial.engine.queue(QUEUE).groups.count()).toBe(4);
    expect(trial.engine.group(QUEUE, 'd').info()).toMatchObject({ group: 'd', floor: 1 });
    expect(trial.engine.group(QUEUE, 'e').info()).toBeUndefined();
  });

  guarantee('makes no group beyond the limit of a queue until one is deleted', async (trial) => {
    for (let n = 0; n < MAX_GROUPS; n++) await trial.group({ name: `g${n}` });
    await expect(trial.group({ name: 'more' })).rejects.toMatchObject({
      code: 'group_limit',
      details: { queue: QUEUE, group: 'more', limit: MAX_GROUPS },
    });
    await trial.group({ name: 'g0' });
    await trial.group({ name: 'more', queue: OTHER_QUEUE });
    await trial.engine.group(QUEUE, 'g0').delete();
    await trial.group({ name: 'more' });
    expect(trial.engine.queue(QUEUE).groups.count()).toBe(MAX_GROUPS);
  });

  guarantee('opens every stored group, also above the limit of groups', async (trial) => {
    for (const name of ['a', 'b', 'c']) await trial.group({ name });
    await trial.limitGroups(1);
    for (const name of ['a', 'b', 'c']) await trial.group({ name });
    await expect(trial.group({ name: 'd' })).rejects.toMatchObject({ code: 'group_limit' });
  });

  guarantee('keeps the settings of a group until others are given, also over a restart', async (trial) => {
    await trial.group({ settings: { maxAttempts: 4 } });
    await trial.group();
    expect(trial.groups).toMatchObject([{ settings: { maxAttempts: 4 } }]);
    await trial.group({ settings: { retryDelaysMs: [10] } });
    await trial.restart();
    expect(trial.groups).toMatchObject([{ settings: { retryDelaysMs: [10] } }]);
  });

  guarantee('waits before retries as long as the settings of the group say', async (trial) => {
    await trial.append([1]);
    const group = await trial.group({ settings: { retryDelaysMs: [100] } });
    await group.settle('a', (await group.mustClaim('a')).token, { kind: 'retry' });
    trial.time.pass(99);
    expect(await group.claim('a')).toBeUndefined();
    trial.time.pass(26);
    expect(await group.mustClaim('a')).toMatchObject({ seqs: [1] });
  });

  guarantee('moves a group, also after a restart, and returns its leased messages', async (trial) => {
    await trial.append([1, 2, 3, 4]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a', { maxMessages: 2 });
    await group.ack('a', token, [[1, 1]]);
    await trial.engine.group(QUEUE, 'g').seek({ seq: 3 });
    expect(trial.reported.slice(-2)).toEqual([`returned files g a ${token} 2-2`, 'ready files g']);
    expect((await group.settle('a', token, { kind: 'ack' })).held).toBe(false);
    expect((await group.mustClaim('b')).seqs).toEqual([3, 4]);
    await trial.engine.group(QUEUE, 'g').seek('start');
    expect(await group.mustClaim('b')).toMatchObject({ seqs: [1, 2, 3, 4], attempts: [] });
    await trial.engine.group(QUEUE, 'g').seek('now');
    await trial.restart();
    await trial.group();
    expect(await group.floor()).toBe(5);
  });

  guarantee('begins at the first message of a time or later', async (trial) => {
    await trial.append([1, 2]);
    trial.time.now += 1_000;
    await trial.append([3]);
    await trial.group({ start: { time: trial.time.now }, name: 'then' });
    await trial.group({ start: { time: trial.time.now - 999 }, name: 'before' });
    await trial.group({ start: { time: trial.time.now - 1_000 }, name: 'all' });
    await trial.group({ start: { time: trial.time.now + 1 }, name: 'later' });
    expect(trial.groups.map(({ floor }) => floor)).toEqual([3, 3, 1, 4]);
  });

  guarantee('delivers nothing of a paused group, also after a restart', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    await trial.engine.group(QUEUE, 'g').pause(true);
    expect(await group.claim('a')).toBeUndefined();
    await trial.restart();
    await trial.group();
    expect(await group.claim('a')).toBeUndefined();
    expect(trial.groups).toMatchObject([{ paused: true }]);
    await trial.engine.group(QUEUE, 'g').pause(false);
    expect(trial.reported.at(-1)).toBe('ready files g');
    expect((await group.mustClaim('a')).seqs).toEqual([1]);
  });

  guarantee('gives a group another life when it is deleted and made again, and only then', async (trial) => {
    const open = async (group: string): Promise<string> =>
      (await trial.engine.group(QUEUE, group).open({ start: 'start' })).life;
    const life = await open('g');
    expect(await open('other')).not.toBe(life);
    await trial.engine.group(QUEUE, 'g').seek('now');
    expect(await open('g')).toBe(life);
    await trial.engine.group(QUEUE, 'g').delete();
    expect(await open('g')).not.toBe(life);
  });

  guarantee('keeps the life of a group over a restart', async (trial) => {
    const open = () => trial.engine.group(QUEUE, 'g').open({ start: 'start' });
    const { life } = await open();
    await trial.restart();
    expect((await open()).life).toBe(life);
  });

  guarantee('forgets a group that was deleted, also over a restart', async (trial) => {
    await trial.append([1, 2]);
    const group = await trial.group();
    await group.ack('a', (await group.mustClaim('a')).token);
    await trial.engine.group(QUEUE, 'g').delete();
    expect(trial.groups).toEqual([]);
    await expect(group.claim('a')).rejects.toMatchObject({ code: 'group_unknown' });
    await trial.restart();
    expect(trial.groups).toEqual([]);
    await trial.group();
    expect((await group.mustClaim('a')).seqs).toEqual([1, 2]);
  });

  guarantee('says which group there is none of', async (trial) => {
    const { engine } = trial;
    for (const change of [
      () => engine.group(QUEUE, 'none').seek('start'),
      () => engine.group(QUEUE, 'none').pause(true),
      () => engine.group(QUEUE, 'none').delete(),
    ]) {
      await expect(change()).rejects.toMatchObject({ code: 'group_unknown' });
    }
  });
};
