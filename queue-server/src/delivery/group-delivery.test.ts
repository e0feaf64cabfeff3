import { beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import type { GroupDelivery } from './group-delivery.js';
import { Delivering, tokenOf } from './delivering.fixture.js';
import { GatedEngine, QUEUE } from './gated-engine.fixture.js';
import { recorder, eventLoopIdle } from './recorder.fixture.js';

const ack = { kind: 'ack' } as const;

let engine: GatedEngine;
let world: Delivering;
let delivery: GroupDelivery;

beforeEach(() => {
  engine = new GatedEngine();
  world = new Delivering(engine);
  ({ delivery } = world);
});

describe('a member', () => {
  it('gets the position of its group', async () => {
    engine.publish(3);
    expect(await world.join('a')).toMatchObject({ epoch: engine.epoch, floor: 1, tokens: [] });
    expect(delivery.leaseMs).toBe(30_000);
  });

  it('gets stored messages, new messages, and retries that are due', async () => {
    engine.publish(2);
    const a = await world.join('a');
    engine.publish(1);
    await eventLoopIdle();
    expect(a.seqs()).toEqual([[1, 2], [3]]);
    await delivery.settle(a.subscription, [{ token: tokenOf(a), outcome: { kind: 'retry', delayMs: 500 } }]);
    await eventLoopIdle();
    expect(a.grants).toHaveLength(2);
    engine.time.pass(500);
    await eventLoopIdle();
    expect(a.seqs()[2]).toEqual([1, 2]);
  });

  it('gets a new message in the next turn of the event loop, after the receipt was sent', async () => {
    await world.join('a');
    const claims = engine.claims.length;
    engine.publish(1);
    await Promise.resolve();
    expect(engine.claims.length).toBe(claims);
    await turn();
    expect(engine.claims.length).toBe(claims + 1);
  });

  it('gets nothing before it is resumed', async () => {
    engine.publish(2);
    await eventLoopIdle();
    const receiver = recorder();
    const window = { messages: 10, bytes: 1024 * 1024 };
    const joining = {
      queue: QUEUE,
      group: 'logger',
      start: 'start',
      member: 'a',
      tokens: [],
      window,
    } as const;
    const { subscription } = await delivery.join(joining, receiver);
    await eventLoopIdle();
    expect(receiver.grants).toEqual([]);
    delivery.resume(subscription);
    await eventLoopIdle();
    expect(receiver.seqs()).toEqual([[1, 2]]);
  });

  it('gets each message as other groups do, and no other member of its group does', async () => {
    engine.publish(2);
    const [a, b, c] = [
      await world.join('a'),
      await world.join('b'),
      await world.join('c', { group: 'other' }),
    ];
    expect(a.seqs()).toEqual([[1, 2]]);
    expect(b.seqs()).toEqual([]);
    expect(c.seqs()).toEqual([[1, 2]]);
    expect(delivery.unsettled()).toBe(4);
  });
});

describe('a member that goes', () => {
  it('returns what it held to others, at once and uncounted', async () => {
    engine.publish(2);
    const [a, b] = [await world.join('a'), await world.join('b')];
    await delivery.leave(a.subscription);
    await eventLoopIdle();
    expect(b.seqs()).toEqual([[1, 2]]);
    expect(b.grants[0]?.attempts).toEqual([]);
    await delivery.leave(a.subscription);
    await expect(
      delivery.settle(a.subscription, [{ token: tokenOf(a), outcome: ack }]),
    ).rejects.toMatchObject({ code: 'lease_lost' });
    expect(delivery.unsettled()).toBe(2);
  });

  it('by a lost connection keeps its leases for a time, and those that it names when it comes back', async () => {
    engine.publish(4);
    const former = await world.join('a', { messages: 2 });
    delivery.connectionLost(former.subscription);
    expect(engine.abandoned).toEqual(['a']);
    expect(delivery.unsettled()).toBe(0);
    const present = await world.join('a', { messages: 2, tokens: [tokenOf(former), 99] });
    expect(present.tokens).toEqual([tokenOf(former)]);
    expect(delivery.unsettled()).toBe(2);
    await delivery.settle(present.subscription, [{ token: tokenOf(former), outcome: ack }]);
    await eventLoopIdle();
    expect(present.seqs()).toEqual([[3, 4]]);
  });

  it('by a lost connection, and comes back without tokens, gets all of it again', async () => {
    engine.publish(2);
    const former = await world.join('a');
    delivery.connectionLost(former.subscription);
    const present = await world.join('a');
    expect(present.seqs()).toEqual([[1, 2]]);
    expect(present.grants[0]?.attempts).toEqual([]);
  });

  it('by a lost connection and stays away loses its leases, counted as failures', async () => {
    engine.publish(2);
    const [a, b] = [await world.join('a'), await world.join('b')];
    delivery.connectionLost(a.subscription);
    engine.time.pass(5_000);
    await eventLoopIdle();
    expect(b.seqs()).toEqual([[1]]);
    expect(b.grants[0]?.attempts).toEqual([[1, 1, 2]]);
  });

  it('does not affect its newer connection', async () => {
    engine.publish(2);
    const former = await world.join('a');
    const present = await world.join('a', { tokens: [tokenOf(former)] });
    delivery.connectionLost(former.subscription);
    await delivery.leave(former.subscription);
    expect(engine.abandoned).toEqual([]);
    expect(delivery.unsettled()).toBe(2);
    engine.publish(1);
    await eventLoopIdle();
    expect(present.seqs()).toEqual([[3]]);
  });
});

describe('a delivery that is stopped', () => {
  it('grants nothing more, also to new groups, and still accepts outcomes', async () => {
    engine.publish(4);
    const a = await world.join('a', { messages: 2 });
    delivery.stop();
    const b = await world.join('b', { group: 'other' });
    await delivery.settle(a.subscription, [{ token: tokenOf(a), outcome: ack }]);
    engine.publish(1);
    await eventLoopIdle();
    expect(a.grants).toHaveLength(1);
    expect(b.grants).toHaveLength(0);
    expect(delivery.unsettled()).toBe(0);
    expect(engine.group(QUEUE, 'logger').info()?.floor).toBe(3);
    expect(world.errors).toEqual([]);
  });
});
