import { beforeEach, describe, expect, it } from '@jest/globals';
import { Dispatching, GROUP, type Joined } from './dispatching.fixture.js';
import { GatedEngine } from './gated-engine.fixture.js';
import { recorder, eventLoopIdle } from './recorder.fixture.js';
import { Member } from './member.js';

let group: Dispatching;
let engine: GatedEngine;

beforeEach(async () => {
  engine = new GatedEngine();
  group = await Dispatching.on(engine);
});

it('a group follows its log while it has members, those included that may come back', async () => {
  const { groups } = engine.followers;
  expect([...groups]).toEqual([]);
  engine.publish(1);
  const [one, two] = [group.join('a', { messages: 1 }), group.join('b', { messages: 1 })];
  await group.pumped();
  group.dispatcher.remove(two.member);
  group.dispatcher.connectionLost(one.member);
  expect([...groups]).toEqual([GROUP]);
  await group.ack(one);
  expect([...groups]).toEqual([]);
  group.join('a', { messages: 1 });
  expect([...groups]).toEqual([GROUP]);
});

describe('a member of a group', () => {
  it('keeps the leases that it names when it comes back, and has the rest of its window free', async () => {
    engine.publish(4);
    const former = group.join('a', { messages: 2 });
    await group.pumped();
    group.dispatcher.connectionLost(former.member);
    const [token = 0] = former.grants.map((grant) => grant.token);
    const present = group.join('a', { messages: 4, tokens: [token, 99] });
    expect(present.member.unsettled).toBe(2);
    expect(group.dispatcher.has(former.member)).toBe(false);
    expect(group.dispatcher.has(present.member)).toBe(true);
    await group.pumped();
    expect(present.seqs()).toEqual([[3, 4]]);
  });

  it('is granted nothing while its connection is suspended, not even an earlier claim', async () => {
    engine.publish(2);
    let isSuspended = false;
    const receiver = {
      ...recorder(),
      isSuspended: () => isSuspended,
      credit: () => (isSuspended ? 0 : Infinity),
    };
    group.dispatcher.join(new Member('a', { messages: 2, bytes: 1_024 }, receiver), []);
    group.dispatcher.pump();
    isSuspended = true;
    await eventLoopIdle();
    expect(receiver.seqs()).toEqual([]);
    isSuspended = false;
    await group.pumped();
    expect(receiver.seqs()).toEqual([[1, 2]]);
  });

  it('is not removed by the end of its former connection', () => {
    const former = group.join('a', { messages: 2 });
    const present = group.join('a', { messages: 2 });
    group.dispatcher.remove(former.member);
    group.dispatcher.connectionLost(former.member);
    expect(group.dispatcher.has(present.member)).toBe(true);
  });

  describe('whose lease ended', () => {
    let a: Joined;
    let away: Joined;

    /** Two members of two messages each; one of them is away. */
    beforeEach(async () => {
      engine.publish(4);
      [a, away] = [group.join('a', { messages: 2 }), group.join('away', { messages: 2 })];
      await group.pumped();
      group.dispatcher.connectionLost(away.member);
      expect(group.dispatcher.unsettled).toBe(2);
      const leases = [
        { of: a, ranges: [[1, 2]] },
        { of: away, ranges: [[3, 4]] },
      ] as const;
      for (const { of, ranges } of leases) {
        group.dispatcher.returned({ member: of.member.name, token: of.grants[0]?.token ?? 0, ranges });
      }
    });

    it('has its window free', () => {
      expect(a.member.credit()?.messages).toBe(2);
    });

    it('gets a notice, and stays', () => {
      expect(a.revoked).toEqual([{ token: a.grants[0]?.token, ranges: [[1, 2]] }]);
      expect(group.dispatcher.has(a.member)).toBe(true);
    });

    it('is removed without a notice when it is away', () => {
      expect(group.dispatcher.has(away.member)).toBe(false);
      expect(away.revoked).toEqual([]);
      expect(group.left).toBe(1);
    });

    it('is not affected by what another returns', () => {
      group.dispatcher.returned({ member: 'nobody', token: 1, ranges: [[1, 2]] });
      expect(a.revoked).toHaveLength(1);
      expect(away.revoked).toEqual([]);
    });
  });

  it('is removed when it disconnects and holds nothing', () => {
    const a = group.join('a', { messages: 2 });
    group.dispatcher.connectionLost(a.member);
    expect(group.dispatcher.has(a.member)).toBe(false);
  });

  it('gets the grant before the notice that its messages were returned, also if they were returned first', async () => {
    engine.publish(2);
    const a = group.join('a', { messages: 2 });
    let revokedBefore: number | undefined;
    engine.onClaimed = (claimed) => {
      if (typeof claimed === 'string') return;
      group.dispatcher.returned({ member: 'a', token: claimed.token, ranges: [[2, 2]] });
      revokedBefore = a.revoked.length;
    };
    await group.pumped();
    expect(revokedBefore).toBe(0);
    expect(a.seqs()).toEqual([[1, 2]]);
    expect(a.revoked).toEqual([{ token: a.grants[0]?.token, ranges: [[2, 2]] }]);
    expect(a.member.unsettled).toBe(1);
  });

  it('that sent nothing until its lease ended is granted nothing before it sends something', async () => {
    engine.publish(3);
    const frozen = group.join('a', { messages: 2 });
    await group.pumped();
    engine.time.pass(30_000);
    for (const { token } of frozen.grants)
      group.dispatcher.returned({ member: 'a', token, ranges: [[1, 2]], leaseEnded: true });
    await group.pumped();
    expect(frozen.seqs()).toEqual([[1, 2]]);
    const other = group.join('b', { messages: 1 });
    await group.pumped();
    expect(other.seqs()).toEqual([[1]]);
    frozen.send();
    await group.pumped();
    expect(frozen.seqs()).toEqual([[1, 2], [2], [3]]);
  });

  it('is granted more when a part of what it holds was returned', async () => {
    engine.publish(3);
    const a = group.join('a', { messages: 2 });
    await group.pumped();
    group.dispatcher.returned({ member: 'a', token: a.grants[0]?.token ?? 0, ranges: [[2, 2]] });
    await group.pumped();
    expect(a.seqs()).toEqual([[1, 2], [3]]);
  });
});

describe('the events that members know', () => {
  const knows = (...events: string[]) => ({ knows: new Set(events) });
  const known = (): unknown => group.engine.claims.at(-1)?.known;

  it('are in each claim: those of the member, and those that any member knows', async () => {
    group.join('a', { messages: 10, ...knows('old') });
    const b = group.join('b', { messages: 10, ...knows('old', 'new') });
    engine.publish(1);
    await group.pumped();
    expect(engine.claims[0]).toMatchObject(knows('old'));
    expect(known()).toEqual(new Set(['old', 'new']));
    group.dispatcher.remove(b.member);
    await group.pumped();
    expect(known()).toEqual(new Set(['old']));
    group.join('plain', { messages: 1 });
    await group.pumped();
    expect(known()).toBe('all');
  });

  it('include those of a lost connection for the time that its member has to come back', async () => {
    group.join('a', { messages: 1, ...knows('old') });
    const b = group.join('b', { messages: 1, ...knows('new') });
    group.dispatcher.connectionLost(b.member);
    await group.pumped();
    expect(known()).toEqual(new Set(['old', 'new']));
    for (const run of group.later) run();
    await group.pumped();
    expect(known()).toEqual(new Set(['old']));
  });
});
