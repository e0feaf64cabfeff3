import { beforeEach, describe, expect, it } from '@jest/globals';
import { Dispatcher } from './dispatcher.js';
import { FakeEngine, later, QUEUE, recorder, settled, type Recorder } from './fake-engine.fixture.js';
import { Member } from './member.js';

const GROUP = 'logger';
const BYTES = 1024 * 1024;

interface Joined extends Recorder {
  readonly member: Member;
}

let engine: FakeEngine;
let errors: unknown[];
let dispatcher: Dispatcher;

beforeEach(async () => {
  engine = new FakeEngine();
  errors = [];
  await engine.openGroup(QUEUE, GROUP, 'start');
  dispatcher = new Dispatcher(engine, QUEUE, GROUP, (error) => errors.push(error));
});

const join = (name: string, messages: number, tokens: readonly number[] = []): Joined => {
  const receiver = recorder();
  const member = new Member(name, { messages, bytes: BYTES }, receiver);
  dispatcher.join(member, tokens);
  return { ...receiver, member };
};

/** The member acks everything it was granted. */
const ack = async ({ grants, member }: Joined): Promise<void> => {
  for (const { token, frames } of grants.splice(0)) {
    await engine.settle({ queue: QUEUE, group: GROUP, member: member.name, token, outcome: { kind: 'ack' } });
    const messages = frames.reduce((sum, frame) => sum + frame.count, 0);
    dispatcher.settled(member.name, token, messages);
  }
};

const pumped = async (): Promise<void> => {
  dispatcher.pump();
  await settled();
};

describe('the dispatcher of a group', () => {
  it('hands out what fits into the window, and more when there is room again', async () => {
    engine.publish(5);
    const a = join('a', 3);
    await pumped();
    expect(a.seqs()).toEqual([[1, 2, 3]]);
    expect(dispatcher.unsettled).toBe(3);
    await pumped();
    expect(a.seqs()).toEqual([[1, 2, 3]]);
    await ack(a);
    await pumped();
    expect(a.seqs()).toEqual([[4, 5]]);
  });

  it('asks for nothing while no member has room', async () => {
    engine.publish(5);
    await pumped();
    join('a', 1);
    await pumped();
    expect(engine.claims).toHaveLength(1);
    await pumped();
    expect(engine.claims).toHaveLength(1);
  });

  it('takes its members in turn', async () => {
    engine.publish(20);
    const [a, b, c] = [join('a', 2), join('b', 2), join('c', 2)];
    const order = (): string[] => engine.claims.map(({ member }) => member);
    await pumped();
    expect([a, b, c].map((each) => each.seqs())).toEqual([[[1, 2]], [[3, 4]], [[5, 6]]]);
    await ack(c);
    await ack(a);
    await pumped();
    expect(order()).toEqual(['a', 'b', 'c', 'a', 'c']);
    await ack(c);
    await ack(b);
    await ack(a);
    await pumped();
    expect(order().slice(5)).toEqual(['b', 'a', 'c']);
    expect(engine.overlapping).toBe(1);
  });

  it('never has two claims open, and looks again when something came meanwhile', async () => {
    const gate = later();
    engine.gate = gate.promise;
    const a = join('a', 10);
    dispatcher.pump();
    dispatcher.pump();
    dispatcher.pump();
    await settled();
    expect(engine.claims).toHaveLength(1);
    engine.gate = undefined;
    gate.resolve();
    await settled();
    expect(engine.claims).toHaveLength(2);
    engine.publish(2);
    await pumped();
    expect(a.seqs()).toEqual([[1, 2]]);
    expect(engine.overlapping).toBe(1);
  });

  it.each<[string, (joined: Joined) => void]>([
    ['left', ({ member }) => dispatcher.remove(member)],
    ['went away', ({ member }) => dispatcher.abandon(member)],
  ])('gives a claim back for a member that %s meanwhile, and hands it to another', async (_, go) => {
    engine.publish(2);
    const gate = later();
    engine.gate = gate.promise;
    const a = join('a', 10);
    dispatcher.pump();
    go(a);
    const b = join('b', 10);
    engine.gate = undefined;
    gate.resolve();
    await settled();
    expect(a.grants).toEqual([]);
    expect(b.seqs()).toEqual([[1, 2]]);
    expect(b.grants[0]?.attempts).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('hands a claim to the connection on which its member came back meanwhile', async () => {
    engine.publish(2);
    const gate = later();
    engine.gate = gate.promise;
    const former = join('a', 10);
    dispatcher.pump();
    const present = join('a', 10);
    gate.resolve();
    await settled();
    expect(former.grants).toEqual([]);
    expect(present.seqs()).toEqual([[1, 2]]);
    expect(dispatcher.unsettled).toBe(2);
  });

  it('hands out nothing more when it is stopped, and gives back what it had claimed', async () => {
    engine.publish(4);
    const gate = later();
    engine.gate = gate.promise;
    const a = join('a', 2);
    dispatcher.pump();
    dispatcher.stop();
    gate.resolve();
    await pumped();
    expect(a.grants).toEqual([]);
    expect(engine.claims).toHaveLength(1);
    expect(engine.group(GROUP).leases).toEqual([]);
    expect(engine.group(GROUP).candidate(4, 0, 10)).toEqual([1, 2]);
  });

  it('tells a claim that failed, and goes on with the next occasion', async () => {
    engine.publish(1);
    engine.failure = new Error('the disk');
    const a = join('a', 10);
    await pumped();
    expect(errors).toMatchObject([{ message: 'the disk' }]);
    expect(a.grants).toEqual([]);
    await pumped();
    expect(a.seqs()).toEqual([[1]]);
  });

  it('stays stopped when a claim fails afterwards', async () => {
    engine.publish(1);
    engine.failure = new Error('the disk');
    const a = join('a', 10);
    dispatcher.pump();
    dispatcher.stop();
    await settled();
    await pumped();
    expect(a.grants).toEqual([]);
    expect(engine.claims).toHaveLength(1);
  });

  it('tells all members of a gap, and goes on behind it', async () => {
    engine.publish(5);
    engine.hole = [1, 3];
    const [a, b] = [join('a', 10), join('b', 10)];
    await pumped();
    const gap = { from: 1, to: 3, reason: 'damage' };
    expect([a.gaps, b.gaps]).toEqual([[gap], [gap]]);
    expect([...a.seqs(), ...b.seqs()]).toEqual([[4, 5]]);
  });
});

describe('a member of a group', () => {
  it('keeps, when it comes back, what it names, and has the rest of its window free', async () => {
    engine.publish(4);
    const former = join('a', 2);
    await pumped();
    dispatcher.abandon(former.member);
    const [token = 0] = former.grants.map((grant) => grant.token);
    const present = join('a', 4, [token, 99]);
    expect(present.member.unsettled).toBe(2);
    expect(dispatcher.has(former.member)).toBe(false);
    expect(dispatcher.has(present.member)).toBe(true);
    await pumped();
    expect(present.seqs()).toEqual([[3, 4]]);
  });

  it('is not removed by its former connection', () => {
    const former = join('a', 2);
    const present = join('a', 2);
    dispatcher.remove(former.member);
    dispatcher.abandon(former.member);
    expect(dispatcher.has(present.member)).toBe(true);
  });

  it('has its window free again when a lease ended, and is forgotten then when it is away', async () => {
    engine.publish(4);
    const a = join('a', 2);
    const b = join('b', 2);
    await pumped();
    dispatcher.abandon(b.member);
    expect(dispatcher.unsettled).toBe(2);
    for (const { grants, member } of [a, b]) dispatcher.expired(member.name, grants[0]?.token ?? 0);
    expect(a.member.room()?.messages).toBe(2);
    expect(dispatcher.has(a.member)).toBe(true);
    expect(dispatcher.has(b.member)).toBe(false);
    dispatcher.expired('nobody', 1);
  });

  it('is forgotten when it goes away and holds nothing', () => {
    const a = join('a', 2);
    dispatcher.abandon(a.member);
    expect(dispatcher.has(a.member)).toBe(false);
  });
});
