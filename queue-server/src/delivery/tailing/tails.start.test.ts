import { beforeEach, describe, expect, it } from '@jest/globals';
import { Tailing } from './tailing.fixture.js';

let world: Tailing;

/** A log of seqs 4 to 10, of which the oldest were removed. */
beforeEach(() => {
  world = new Tailing();
  world.engine.publish(10);
  world.engine.log.firstSeq = 4;
});

describe('a tail begins', () => {
  it.each([
    ['start', 4],
    ['now', 11],
    [{ seq: 7 }, 7],
    [{ seq: 11 }, 11],
    [{ time: 1_000 }, 1],
    [{ time: 1_001 }, 11],
    [{ epoch: 'one', seq: 7 }, 7],
    [{ epoch: 'one', seq: 11 }, 11],
    [{ epoch: 'one', seq: 2 }, 2],
  ] as const)('from %j with %d', async (from, next) => {
    const { opened } = await world.opened(from);
    expect(opened).toMatchObject({ next, reset: undefined });
  });

  it.each([
    { seq: 12 },
    { epoch: 'one', seq: 12 },
    { epoch: 'another', seq: 7 },
    { epoch: 'another', seq: 1 },
  ])('with the oldest message when %j is of another log', async (from) => {
    const { opened } = await world.opened(from);
    expect(opened).toMatchObject({ next: 4, reset: { reason: 'reset', from: from.seq, epoch: 'one' } });
  });

  it('with the gap that retention left at its position', async () => {
    const { heard, gaps } = await world.open({ epoch: 'one', seq: 2 });
    expect(heard).toEqual(['replay 2-10, gap 2-3', 'live 11']);
    expect(gaps).toEqual([{ from: 2, to: 3, reason: 'retention' }]);
  });

  it('in a log of which everything was removed', async () => {
    world.engine.log.firstSeq = 11;
    expect((await world.open({ epoch: 'one', seq: 2 })).heard).toEqual(['replay 2-10, gap 2-10', 'live 11']);
    expect((await world.open('start')).heard).toEqual(['live 11']);
  });
});
