import { beforeEach, describe, expect, it } from '@jest/globals';
import { QUEUE } from '../gated-engine.fixture.js';
import { eventLoopIdle } from '../recorder.fixture.js';
import { Tailing } from './tailing.fixture.js';

let world: Tailing;

beforeEach(() => {
  world = new Tailing();
});

describe('a tail of some events', () => {
  it('gets only those, and the end of what was filtered out', async () => {
    world.publish('a', 'b', 'a', 'a', 'c');
    const { heard, seqs } = await world.open('start', { events: ['a'] });
    expect(heard).toEqual(['replay 1-5', 'live 6']);
    expect(seqs).toEqual([1, 3, 4]);
    const { seqs: two } = await world.open('start', { events: ['c', 'b'] });
    expect(two).toEqual([2, 5]);
  });

  it('is never part of the broadcast, and gets new messages by replays', async () => {
    const { heard, seqs } = await world.open('now', { events: ['a'] });
    world.publish('a', 'b');
    await eventLoopIdle();
    world.publish('b');
    await eventLoopIdle();
    world.publish('b', 'a', 'b');
    await eventLoopIdle();
    expect(world.texts).toEqual([]);
    expect(heard).toEqual(['live 1', 'replay 1-2', 'replay 3-6']);
    expect(seqs).toEqual([1, 5]);
  });

  it('gets a batch for what was filtered out before it is live', async () => {
    world.publish('b', 'b');
    const { heard } = await world.open('start', { events: ['a'] });
    expect(heard).toEqual(['replay 1-2', 'live 3']);
  });

  it('gets its position after a thousand messages that were filtered out', async () => {
    const { heard } = await world.open('now', { events: ['a'] });
    for (let frames = 0; frames < 25; frames++) {
      world.publish(...Array.from({ length: 90 }, () => 'b'));
      await eventLoopIdle();
    }
    expect(heard).toEqual(['live 1', 'replay 1-1080', 'replay 1081-2160']);
  });

  it('gets gaps', async () => {
    const { heard } = await world.open('now', { events: ['a'] });
    world.publish('b');
    await eventLoopIdle();
    world.damage(2);
    await eventLoopIdle();
    expect(heard).toEqual(['live 1', 'replay 1-3, gap 2-3']);
  });

  it('begins within a frame, and ends where its window does', async () => {
    world.publish('a', 'a', 'b', 'a', 'a', 'b', 'a');
    const window = { messages: 2, bytes: 100_000 };
    const { heard, seqs, tail } = await world.open({ seq: 2 }, { events: ['a'], window });
    expect(heard).toEqual(['replay 2-4']);
    expect(seqs).toEqual([2, 4]);
    tail.position(5);
    await eventLoopIdle();
    expect(heard.slice(1)).toEqual(['replay 5-7', 'live 8']);
    expect(seqs.slice(2)).toEqual([5, 7]);
  });

  it('lags when its window is full, and is live again', async () => {
    const window = { messages: 4, bytes: 100_000 };
    const { heard, tail } = await world.open('now', { events: ['a'], window });
    for (let frames = 0; frames < 6; frames++) {
      world.publish('a', 'b');
      await eventLoopIdle();
    }
    expect(heard).toEqual(['live 1', 'replay 1-2', 'replay 3-4', 'replay 5-6', 'replay 7-8', 'lagging 9']);
    const reads = world.engine.reads.length;
    world.publish('a');
    await eventLoopIdle();
    expect(world.engine.reads).toHaveLength(reads);
    tail.position(9);
    await eventLoopIdle();
    expect(heard.slice(6)).toEqual(['replay 9-13', 'live 14']);
  });

  it('that is the only one is counted, and removed when it ends', async () => {
    const { tail } = await world.open('now', { events: ['a'] });
    expect(world.tails.count(QUEUE)).toBe(1);
    tail.end();
    world.publish('a');
    await eventLoopIdle();
    expect(world.tails.count(QUEUE)).toBe(0);
    expect(world.engine.reads).toEqual([]);
  });
});
