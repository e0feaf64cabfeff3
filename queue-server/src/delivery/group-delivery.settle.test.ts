import { beforeEach, describe, expect, it } from '@jest/globals';
import type { GroupDelivery } from './group-delivery.js';
import { Delivering, tokenOf } from './delivering.fixture.js';
import { failing, GatedEngine, QUEUE } from './gated-engine.fixture.js';
import { later, eventLoopIdle } from './recorder.fixture.js';

const ack = { kind: 'ack' } as const;

let engine: GatedEngine;
let world: Delivering;
let delivery: GroupDelivery;

beforeEach(() => {
  engine = new GatedEngine();
  world = new Delivering(engine);
  ({ delivery } = world);
});

describe('an outcome', () => {
  it('frees the window before it is durable, and is confirmed after', async () => {
    engine.publish(4);
    const disk = later();
    engine.gates.durable = disk.promise;
    const a = await world.join('a', { messages: 2 });
    let confirmed = false;
    const settling = delivery
      .settle(a.subscription, [{ token: tokenOf(a), outcome: ack }])
      .then(() => (confirmed = true));
    await eventLoopIdle();
    expect(a.seqs()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(confirmed).toBe(false);
    disk.resolve();
    await settling;
    expect(confirmed).toBe(true);
  });

  it.each([
    ['may wait for others while its member has room', 2, 3, true],
    ['waits for no other when the window of its member is full', 2, 2, false],
    ['waits for no other when its member is granted no more before it settles', 7, 8, false],
  ])('%s', async (_, published, messages, mayWait) => {
    engine.publish(published);
    const a = await world.join('a', { messages });
    await delivery.settle(a.subscription, [{ token: tokenOf(a), outcome: ack }]);
    expect(engine.settles).toMatchObject([{ member: 'a', mayWait }]);
  });

  it('may wait for others when its member sent it before the answer to its last request', async () => {
    engine.publish(4);
    const disk = later();
    engine.gates.durable = disk.promise;
    const a = await world.join('a', { messages: 2 });
    const settle = (seq: number) =>
      delivery.settle(a.subscription, [{ token: tokenOf(a), outcome: ack, ranges: [[seq, seq]] }]);
    const settling = [settle(1), settle(2)];
    await eventLoopIdle();
    disk.resolve();
    await Promise.all(settling);
    await settle(3).catch(() => undefined);
    expect(engine.settles.map(({ mayWait }) => mayWait)).toEqual([false, true, false]);
  });

  it('keeps the delivery from being idle until it is durable', async () => {
    engine.publish(1);
    const disk = later();
    engine.gates.durable = disk.promise;
    const a = await world.join('a');
    const settling = delivery.settle(a.subscription, [{ token: tokenOf(a), outcome: ack }]);
    await eventLoopIdle();
    expect(delivery.unsettled()).toBe(0);
    expect(delivery.idle).toBe(false);
    disk.resolve();
    await settling;
    expect(delivery.idle).toBe(true);
  });

  it('is refused by token and ranges for what is not held, and takes effect for everything else', async () => {
    engine.publish(6);
    const [a, b] = [await world.join('a', { messages: 3 }), await world.join('b', { messages: 3 })];
    const settling = delivery.settle(a.subscription, [
      { token: tokenOf(b), outcome: ack, ranges: [[4, 5]] },
      {
        token: tokenOf(a),
        outcome: ack,
        ranges: [
          [1, 2],
          [4, 4],
        ],
      },
      { token: 77, outcome: ack },
      { token: tokenOf(a), outcome: ack },
    ]);
    await expect(settling).rejects.toMatchObject({
      code: 'lease_lost',
      retryable: false,
      details: {
        lost: [
          { token: tokenOf(b), ranges: [[4, 5]] },
          { token: tokenOf(a), ranges: [[4, 4]] },
          { token: 77, ranges: [] },
        ],
      },
    });
    expect(engine.group(QUEUE, 'logger').info()?.floor).toBe(4);
    expect(delivery.unsettled()).toBe(3);
  });

  it('that cannot be made durable fails with the reason', async () => {
    engine.publish(1);
    const a = await world.join('a');
    engine.gates.durable = failing(new Error('the disk'));
    const settling = delivery.settle(a.subscription, [{ token: tokenOf(a), outcome: ack }]);
    await expect(settling).rejects.toThrow('the disk');
    expect(delivery.unsettled()).toBe(0);
  });

  it('of a former connection frees the window of the one on which its member came back', async () => {
    engine.publish(4);
    const former = await world.join('a', { messages: 2 });
    const present = await world.join('a', { messages: 2, tokens: [tokenOf(former)] });
    expect(present.tokens).toEqual([tokenOf(former)]);
    expect(present.grants).toEqual([]);
    await delivery.settle(former.subscription, [{ token: tokenOf(former), outcome: ack }]);
    await eventLoopIdle();
    expect(present.seqs()).toEqual([[3, 4]]);
    expect(former.grants).toHaveLength(1);
  });
});
