import { beforeEach, describe, expect, it } from '@jest/globals';
import { Administration } from './administration.js';
import { FakeEngine, QUEUE, recorder } from './fake-engine.fixture.js';
import { Member } from './member.js';

/** When messages of the fake engine were stored. */
const STORED = 1_000;

let engine: FakeEngine;
let members: Member[];
let administration: Administration;

beforeEach(async () => {
  engine = new FakeEngine();
  members = [];
  administration = new Administration({
    engine,
    delivery: { members: (queue, group) => (`${queue}/${group}` === 'files/g' ? members : []) },
    tails: { count: (queue) => (queue === QUEUE ? 7 : 0) },
    queues: [QUEUE],
    now: () => STORED + 250,
  });
  await engine.openGroup(QUEUE, 'g', { start: 'start' });
});

const join = (name: string, unsettled: number): Member => {
  const member = new Member(name, { messages: 100, bytes: 1_000 }, recorder());
  member.hold(1, { messages: unsettled, bytes: 10 });
  members.push(member);
  return member;
};

describe('the status of queues', () => {
  it('is their head, and how many groups and tails they have', () => {
    engine.publish(3);
    expect(administration.queues()).toEqual([
      { queue: QUEUE, epoch: 'one', firstSeq: 1, lastSeq: 3, bytes: 0, groups: 1, tails: 7 },
    ]);
  });
});

describe('the status of a group', () => {
  it('says that nothing is to be done', async () => {
    expect(await administration.groups(QUEUE)).toEqual([
      {
        ...{ queue: QUEUE, group: 'g', floor: 1, depth: 0, lag: 0, oldestAgeMs: null, paused: false },
        ...{ stalled: false, deadLetters: 0, settings: {}, members: [] },
      },
    ]);
  });

  it('counts what was never handed out, and beside it what is not settled', async () => {
    engine.publish(10);
    await engine.claim({ queue: QUEUE, group: 'g', member: 'm', maxMessages: 4, maxBytes: 1_000 });
    expect(await administration.groups(QUEUE)).toMatchObject([
      { floor: 1, depth: 10, lag: 6, oldestAgeMs: 250 },
    ]);
    await engine.settle({
      ...{ queue: QUEUE, group: 'g', member: 'm', token: 1, outcome: { kind: 'ack' } },
      ranges: [[1, 3]],
    });
    expect(await administration.groups(QUEUE)).toMatchObject([
      { floor: 4, depth: 7, lag: 6, oldestAgeMs: 250 },
    ]);
  });

  it('knows the age of the first message behind a hole', async () => {
    engine.publish(10);
    engine.log.firstSeq = 4;
    expect(await administration.groups(QUEUE)).toMatchObject([{ floor: 1, oldestAgeMs: 250 }]);
    engine.log.firstSeq = 11;
    expect(await administration.groups(QUEUE)).toMatchObject([{ floor: 1, oldestAgeMs: null }]);
  });

  it('names its members', async () => {
    join('key/logger/my/own name', 3);
    join('key/client/s', 0).away = true;
    expect((await administration.groups(QUEUE))[0]?.members).toEqual([
      { client: 'logger', subscription: 'my/own name', unsettled: 3, away: false },
      { client: 'client', subscription: 's', unsettled: 0, away: true },
    ]);
  });
});

describe('an operator', () => {
  it('deletes only a group without members, away or not', async () => {
    join('key/client/subscription', 1).away = true;
    await expect(administration.delete(QUEUE, 'g')).rejects.toMatchObject({
      code: 'group_in_use',
      message: 'Group "g" of "files" has 1 members. Stop them, then delete it.',
      details: { members: ['client/subscription'] },
    });
    members = [];
    await administration.delete(QUEUE, 'g');
    expect(await administration.groups(QUEUE)).toEqual([]);
    await expect(administration.delete(QUEUE, 'g')).rejects.toMatchObject({ code: 'group_unknown' });
  });

  it('puts a group elsewhere, pauses it, and lets it go on', async () => {
    await administration.seek(QUEUE, 'g', { time: 7 });
    await administration.pause(QUEUE, 'g', true);
    await administration.pause(QUEUE, 'g', false);
    expect(engine.done).toEqual(['g goes to {"time":7}', 'g pauses', 'g goes on']);
  });

  it.each([
    [3, 3],
    [11, 11],
    [100, 11],
    [null, 11],
  ])('removes what is below %j', async (before, firstSeq) => {
    engine.publish(10);
    expect(await administration.purge(QUEUE, before)).toEqual({ firstSeq });
    expect(engine.log.firstSeq).toBe(firstSeq);
  });
});
