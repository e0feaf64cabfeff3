import { beforeEach, describe, expect, it } from '@jest/globals';
import { Dispatching, GROUP, type Joined } from './dispatching.fixture.js';
import { failing, GatedEngine, QUEUE } from './gated-engine.fixture.js';
import { later, eventLoopIdle } from './recorder.fixture.js';

let group: Dispatching;
let engine: GatedEngine;

beforeEach(async () => {
  engine = new GatedEngine();
  group = await Dispatching.on(engine);
});

describe('the dispatcher of a group', () => {
  it('grants what fits into the window, and more when there is credit again', async () => {
    engine.publish(5);
    const a = group.join('a', { messages: 3 });
    await group.pumped();
    expect(a.seqs()).toEqual([[1, 2, 3]]);
    expect(group.dispatcher.unsettled).toBe(3);
    await group.pumped();
    expect(a.seqs()).toEqual([[1, 2, 3]]);
    await group.ack(a);
    await group.pumped();
    expect(a.seqs()).toEqual([[4, 5]]);
  });

  it('claims nothing while no member has credit', async () => {
    engine.publish(5);
    await group.pumped();
    group.join('a', { messages: 1 });
    await group.pumped();
    expect(engine.claims).toHaveLength(1);
    await group.pumped();
    expect(engine.claims).toHaveLength(1);
  });

  it('serves its members in turn', async () => {
    engine.publish(20);
    const [a, b, c] = [
      group.join('a', { messages: 2 }),
      group.join('b', { messages: 2 }),
      group.join('c', { messages: 2 }),
    ];
    const order = (): string[] => engine.claims.map(({ member }) => member);
    await group.pumped();
    expect([a, b, c].map((each) => each.seqs())).toEqual([[[1, 2]], [[3, 4]], [[5, 6]]]);
    await group.ack(c);
    await group.ack(a);
    await group.pumped();
    expect(order()).toEqual(['a', 'b', 'c', 'a', 'c']);
    await group.ack(c);
    await group.ack(b);
    await group.ack(a);
    await group.pumped();
    expect(order().slice(5)).toEqual(['b', 'a', 'c']);
    expect(engine.claiming.most).toBe(1);
  });

  it('never has two claims open, and claims again when messages came during a claim', async () => {
    const gate = later();
    engine.gates.claim = gate.promise;
    const a = group.join('a', { messages: 10 });
    group.dispatcher.pump();
    group.dispatcher.pump();
    group.dispatcher.pump();
    await eventLoopIdle();
    expect(engine.claims).toHaveLength(1);
    engine.gates.claim = undefined;
    gate.resolve();
    await eventLoopIdle();
    expect(engine.claims).toHaveLength(2);
    engine.publish(2);
    await group.pumped();
    expect(a.seqs()).toEqual([[1, 2]]);
    expect(engine.claiming.most).toBe(1);
  });

  it.each<[string, (joined: Joined) => void]>([
    ['left', ({ member }) => group.dispatcher.remove(member)],
    ['went away', ({ member }) => group.dispatcher.connectionLost(member)],
  ])('releases a claim for a member that %s during it, and grants it to another', async (_, go) => {
    engine.publish(2);
    const gate = later();
    engine.gates.claim = gate.promise;
    const a = group.join('a', { messages: 10 });
    group.dispatcher.pump();
    go(a);
    const b = group.join('b', { messages: 10 });
    engine.gates.claim = undefined;
    gate.resolve();
    await eventLoopIdle();
    expect(a.grants).toEqual([]);
    expect(b.seqs()).toEqual([[1, 2]]);
    expect(b.grants[0]?.attempts).toEqual([]);
    expect(group.errors).toEqual([]);
  });

  it('grants a claim to the connection on which its member came back during it', async () => {
    engine.publish(2);
    const gate = later();
    engine.gates.claim = gate.promise;
    const former = group.join('a', { messages: 10 });
    group.dispatcher.pump();
    const present = group.join('a', { messages: 10 });
    gate.resolve();
    await eventLoopIdle();
    expect(former.grants).toEqual([]);
    expect(present.seqs()).toEqual([[1, 2]]);
    expect(group.dispatcher.unsettled).toBe(2);
  });

  it('grants nothing more when it is stopped, and releases what it had claimed', async () => {
    engine.publish(4);
    const gate = later();
    engine.gates.claim = gate.promise;
    const a = group.join('a', { messages: 2 });
    group.dispatcher.pump();
    group.dispatcher.stop();
    gate.resolve();
    await group.pumped();
    expect(a.grants).toEqual([]);
    expect(engine.claims).toHaveLength(1);
    const claimed = await engine.group(QUEUE, GROUP).claim({ member: 'b', maxMessages: 10, maxBytes: 1_024 });
    expect(claimed).toMatchObject({ frames: [{ firstSeq: 1, lastSeq: 2 }, { firstSeq: 3 }] });
  });

  it('reports a failed claim, and tries again later', async () => {
    engine.publish(1);
    engine.gates.claim = failing(new Error('the disk'));
    const a = group.join('a', { messages: 10 });
    await group.pumped();
    expect(group.errors).toMatchObject([{ message: 'the disk' }]);
    expect(a.grants).toEqual([]);
    engine.gates.claim = undefined;
    for (const run of group.later) run();
    await eventLoopIdle();
    expect(a.seqs()).toEqual([[1]]);
  });

  it('claims for every member that has credit: one may get what another may not', async () => {
    engine.publish(1);
    group.join('full', { messages: 0 });
    const a = group.join('a', { messages: 10, knows: new Set(['another event']) });
    await group.pumped();
    const { length: before } = engine.claims;
    const b = group.join('b', { messages: 10 });
    await group.pumped();
    expect(a.seqs()).toEqual([]);
    expect(b.seqs()).toEqual([[1]]);
    const claims = engine.claims.slice(before);
    expect(claims.map(({ member }) => member)).toEqual(['a', 'b', 'a']);
    for (const { members = [] } of claims) expect([...members].sort()).toEqual(['a', 'b']);
  });

  it('stays stopped when a claim fails afterwards', async () => {
    engine.publish(1);
    engine.gates.claim = failing(new Error('the disk'));
    const a = group.join('a', { messages: 10 });
    group.dispatcher.pump();
    group.dispatcher.stop();
    await eventLoopIdle();
    engine.gates.claim = undefined;
    await group.pumped();
    expect(a.grants).toEqual([]);
    expect(engine.claims).toHaveLength(1);
  });

  it('sends a gap to the group once, by the member whose claim found it, and goes on after it', async () => {
    await engine.publishRemoved(3);
    engine.publish(2);
    const [a, b] = [group.join('a', { messages: 10 }), group.join('b', { messages: 10 })];
    await group.pumped();
    const gap = { from: 1, to: 3, reason: 'retention' };
    expect([...a.gaps, ...b.gaps]).toEqual([gap]);
    expect([...a.seqs(), ...b.seqs()]).toEqual([[4, 5]]);
  });
});
