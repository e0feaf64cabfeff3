import { beforeEach, describe, expect, it } from '@jest/globals';
import { Delivering, tokenOf } from './delivering.fixture.js';
import { GatedEngine, QUEUE } from './gated-engine.fixture.js';
import { eventLoopIdle } from './recorder.fixture.js';
import { RETURN_MS } from './member.js';

let engine: GatedEngine;
let group: Delivering;
beforeEach(() => {
  engine = new GatedEngine();
  group = new Delivering(engine);
});

describe('the settings of a group', () => {
  it('may be changed by the only member, also when it comes back', async () => {
    const settings = { maxAttempts: 2 };
    await group.join('a', { settings });
    await group.join('a', { settings: { maxAttempts: 3 } });
    expect(engine.queue(QUEUE).groups.list()).toMatchObject([{ settings: { maxAttempts: 3 } }]);
  });

  it('are compared whatever the order of their fields, and stay when a member names none', async () => {
    await group.join('a', { settings: { events: ['save', 'error'], maxAttempts: 2 } });
    await group.join('b', { settings: { maxAttempts: 2, events: ['error', 'save'] } });
    await group.join('c');
    expect(
      group.delivery
        .members(QUEUE, 'logger')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['a', 'b', 'c']);
  });

  it('are refused while others are members under different ones, naming settings and members', async () => {
    await group.join('a', { settings: { maxAttempts: 2 } });
    await expect(group.join('b', { settings: {} })).rejects.toMatchObject({
      code: 'group_conflict',
      retryable: true,
      details: { settings: { maxAttempts: 2 }, members: ['a'] },
    });
    expect(group.delivery.members(QUEUE, 'logger')).toHaveLength(1);
  });
});

describe('many groups', () => {
  beforeEach(async () => {
    for (let n = 0; n < 1_000; n++) await engine.group(QUEUE, `idle-${n}`).open({ start: 'start' });
    engine.groupsRead = 0;
  });

  it('cost a join with settings nothing: it reads only its own group', async () => {
    await group.join('a', { group: 'idle-3', settings: { maxAttempts: 2 } });
    expect(engine.groupsRead).toBe(2);
  });

  it('cost a commit no claim while their members have no credit', async () => {
    const full = await Promise.all(
      [1, 2, 3].map((n) => group.join('a', { group: `idle-${n}`, messages: 1 })),
    );
    engine.publish(1);
    await eventLoopIdle();
    expect(full.map((each) => each.seqs())).toEqual([[[1]], [[1]], [[1]]]);
    engine.claims.length = 0;
    engine.publish(1);
    await eventLoopIdle();
    expect(engine.claims).toEqual([]);
  });

  it('cost a commit nothing while they have no members', async () => {
    await group.join('a');
    const member = await group.join('b', { group: 'idle-7' });
    await group.delivery.leave(member.subscription);
    engine.publish(1);
    await eventLoopIdle();
    expect(new Set(engine.claims.map(({ group }) => group))).toEqual(new Set(['logger', 'idle-7']));
    engine.claims.length = 0;
    engine.groupsRead = 0;
    engine.publish(1);
    await eventLoopIdle();
    expect(new Set(engine.claims.map(({ group }) => group))).toEqual(new Set(['logger']));
    expect(engine.groupsRead).toBe(0);
  });
});

describe('the deletion of a group', () => {
  it('is refused while it has members, including one that may come back', async () => {
    engine.publish(1);
    const { subscription } = await group.join('key/client/subscription');
    group.delivery.connectionLost(subscription);
    await expect(group.delivery.deleteGroup(QUEUE, 'logger')).rejects.toMatchObject({
      code: 'group_in_use',
      message: 'Group "logger" of "files" has 1 members. Stop them, then delete it.',
      details: { members: ['client/subscription'] },
    });
  });

  it('ends before a concurrent join, which makes the group again', async () => {
    const { subscription, life } = await group.join('a');
    await group.delivery.leave(subscription);
    const [, back] = await Promise.all([group.delivery.deleteGroup(QUEUE, 'logger'), group.join('b')]);
    expect(back.life).not.toBe(life);
    expect(engine.queue(QUEUE).groups.count()).toBe(1);
    expect(group.errors).toEqual([]);
  });
});

describe('a delivery', () => {
  it('sends a notice to the member whose messages were returned, and frees its window', async () => {
    engine.publish(3);
    const a = await group.join('a', { messages: 3 });
    engine.events.returned(QUEUE, 'logger', { member: 'a', token: tokenOf(a), ranges: [[2, 3]] });
    expect(a.revoked).toEqual([{ token: tokenOf(a), ranges: [[2, 3]] }]);
    expect(group.delivery.unsettled()).toBe(1);
  });

  it('notifies a stalled group once, by a connected member', async () => {
    const [a, b] = [await group.join('a'), await group.join('b')];
    group.delivery.connectionLost(a.subscription);
    engine.events.stalled(QUEUE, 'logger', 7);
    expect([...a.stalls, ...b.stalls]).toEqual([7]);
  });

  it('reports expired dead letters to the server and, by a connected member, to the group', async () => {
    const [a, b] = [await group.join('a'), await group.join('b')];
    group.delivery.connectionLost(a.subscription);
    engine.events.deadLettersExpired(QUEUE, 'logger', 3);
    engine.events.deadLettersExpired(QUEUE, 'nobody is in it', 4);
    expect(a.expired).toEqual([]);
    expect(b.expired).toEqual([3]);
    expect(group.expired).toEqual([`${QUEUE}/logger 3`, `${QUEUE}/nobody is in it 4`]);
  });

  it('reports a reset to each member that comes back to a group that was deleted and made again', async () => {
    const members = { a: await group.join('a'), b: await group.join('b') };
    for (const { subscription } of Object.values(members)) group.delivery.connectionLost(subscription);
    await engine.group(QUEUE, 'logger').delete();
    for (const [name, known] of Object.entries(members)) {
      const back = await group.join(name, { known });
      expect(back.reset).toEqual({ reason: 'reset', from: known.floor, epoch: known.epoch });
      const again = await group.join(name, { known: back });
      expect(again.reset).toBeUndefined();
    }
  });

  it('reports a reset to a member that was beyond the head of the log', async () => {
    engine.publish(3);
    const { life } = await group.join('a');
    expect((await group.join('a', { known: { life, floor: 4 } })).reset).toBeUndefined();
    expect((await group.join('a', { known: { life, floor: 5 } })).reset).toMatchObject({ from: 5 });
  });

  it('is neither deleted nor given other settings while somebody has a lease of before the server started', async () => {
    engine.publish(1);
    await engine.group(QUEUE, 'logger').open({ start: 'start' });
    await engine.group(QUEUE, 'logger').claim({ member: 'before', maxMessages: 1, maxBytes: 1_000 });
    await expect(group.delivery.deleteGroup(QUEUE, 'logger')).rejects.toMatchObject({ code: 'group_in_use' });
    await expect(group.join('a', { settings: { maxAttempts: 9 } })).rejects.toMatchObject({
      code: 'group_conflict',
    });
    await group.join('before', { settings: { maxAttempts: 9 } });
  });

  it('refuses, instead of reporting a reset, while another server may know more of the queue', async () => {
    engine.publish(3);
    const { life } = await group.join('a');
    engine.isOwner = false;
    const joining = group.join('b', { known: { life, floor: 5 } });
    await expect(joining).rejects.toMatchObject({ code: 'storage_unavailable', retryable: true });
    expect(group.delivery.members(QUEUE, 'logger').map(({ name }) => name)).toEqual(['a']);
  });

  it('notifies tails of commits, and reports who left which group', async () => {
    const a = await group.join('a');
    const b = await group.join('b', { group: 'other' });
    engine.publish(1);
    await eventLoopIdle();
    expect(group.committed).toEqual([QUEUE]);
    await group.delivery.leave(a.subscription);
    group.delivery.connectionLost(b.subscription);
    expect(group.left).toEqual([`${QUEUE}/logger left`, `${QUEUE}/other vanished`]);
  });
});

describe('what the members of a group know', () => {
  const all = new Set(['old', 'new']);
  const old = new Set(['old']);

  it('is stored with the group, and counts after a start until members had time to come back', async () => {
    await group.join('a', { knows: all });
    expect(engine.queue(QUEUE).groups.list()).toMatchObject([{ knows: all }]);
    const restarted = new Delivering(engine);
    await restarted.join('b', { knows: old });
    expect(engine.claims.at(-1)?.known).toEqual(all);
    restarted.time.pass(RETURN_MS);
    await eventLoopIdle();
    expect(engine.claims.at(-1)?.known).toEqual(old);
  });

  it('does not count any more when the server has run for that time', async () => {
    await group.join('a', { knows: all });
    const restarted = new Delivering(engine);
    restarted.time.pass(RETURN_MS);
    await restarted.join('b', { knows: old });
    expect(engine.claims.at(-1)?.known).toEqual(old);
  });

  it('is reported once where an event is passed over: to the group, and to the operator', async () => {
    const [a, b] = [await group.join('a', { knows: old }), await group.join('b', { knows: old })];
    engine.publish(1);
    await eventLoopIdle();
    expect([...a.passed, ...b.passed]).toEqual(['said 1']);
    expect(group.passedOver).toEqual([`${QUEUE}/logger said 1`]);
  });
});
