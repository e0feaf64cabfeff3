import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Position, Start } from '@typed-queue/contracts';
import { QUEUE } from '../gated-engine.fixture.js';
import { Tailing } from './tailing.fixture.js';

let world: Tailing;

/** A log of seqs 4 to 10, of which the oldest were removed. */
beforeEach(async () => {
  world = new Tailing();
  await world.engine.publishRemoved(3);
  world.engine.publish(7);
});

/** A position in the log of this server. */
const own = (seq: number): Position => ({ epoch: world.engine.epoch, seq });
const afterMs = (ms: number): Start => ({ time: world.engine.time.now + ms });

describe('a tail begins', () => {
  it.each<{ at: string; from: () => Start | Position; next: number }>([
    { at: 'the start', from: () => 'start', next: 4 },
    { at: 'the end', from: () => 'now', next: 11 },
    { at: 'a seq', from: () => ({ seq: 7 }), next: 7 },
    { at: 'the seq after the last', from: () => ({ seq: 11 }), next: 11 },
    { at: 'the time of the first message', from: () => afterMs(0), next: 4 },
    { at: 'a time after the last message', from: () => afterMs(1), next: 11 },
    { at: 'a position', from: () => own(7), next: 7 },
    { at: 'the position after the last message', from: () => own(11), next: 11 },
    { at: 'a position of which the message was removed', from: () => own(2), next: 2 },
  ])('at $at, without a reset', async ({ from, next }) => {
    const { opened } = await world.opened(from());
    expect(opened).toMatchObject({ next, reset: undefined });
  });

  it.each<{ of: string; from: () => { seq: number } | Position }>([
    { of: 'a seq after the end', from: () => ({ seq: 12 }) },
    { of: 'a position after the end', from: () => own(12) },
    { of: 'a position in another log', from: () => ({ epoch: 'another', seq: 7 }) },
    { of: 'the first position of another log', from: () => ({ epoch: 'another', seq: 1 }) },
  ])('at the oldest message with a reset, instead of $of', async ({ from }) => {
    const { opened } = await world.opened(from());
    expect(opened?.next).toBe(4);
    expect(opened?.reset).toEqual({ reason: 'reset', from: from().seq, epoch: world.engine.epoch });
  });

  it('nowhere, instead of with a reset, while another server may know more of the queue', async () => {
    world.engine.isOwner = false;
    await expect(world.opened(own(12))).rejects.toMatchObject({
      code: 'storage_unavailable',
      retryable: true,
    });
    expect((await world.opened(own(11))).opened).toMatchObject({ next: 11, reset: undefined });
  });

  it('with the gap that retention left at its position', async () => {
    const { heard, gaps } = await world.open(own(2));
    expect(heard).toEqual(['replay 2-10, gap 2-3', 'live 11']);
    expect(gaps).toEqual([{ from: 2, to: 3, reason: 'retention' }]);
  });

  it('in a log of which everything was removed', async () => {
    await world.engine.queue(QUEUE).trim(11);
    expect((await world.open(own(2))).heard).toEqual(['replay 2-10, gap 2-10', 'live 11']);
    expect((await world.open('start')).heard).toEqual(['live 11']);
  });
});
