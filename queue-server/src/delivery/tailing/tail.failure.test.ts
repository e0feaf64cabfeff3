import { beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { failing, QUEUE, type GatedEngine } from '../gated-engine.fixture.js';
import { eventLoopIdle } from '../recorder.fixture.js';
import { Tailing } from './tailing.fixture.js';

let world: Tailing;
let engine: GatedEngine;

beforeEach(() => {
  world = new Tailing();
  ({ engine } = world);
});

describe('a read that fails', () => {
  it('is reported and repeated, with a longer delay each time', async () => {
    engine.publish(2);
    const failure = new Error('the disk does not answer');
    engine.gates.read = failing(failure);
    const { heard } = await world.open('start');
    for (const delayMs of [100, 200, 400]) {
      expect([...world.timers].map((timer) => timer.delayMs)).toEqual([delayMs]);
      await world.fireTimers();
    }
    expect(world.errors).toEqual([failure, failure, failure, failure]);
    expect(engine.reads).toEqual([1, 1, 1, 1]);
    engine.gates.read = undefined;
    await world.fireTimers();
    expect(heard).toEqual(['replay 1-2', 'live 3']);
  });

  it('makes all live tails read by themselves', async () => {
    const { heard } = await world.open('now');
    engine.gates.read = failing(new Error('the disk does not answer'));
    engine.publish(2);
    await eventLoopIdle();
    expect(heard).toEqual(['live 1', 'lagging 1']);
    engine.gates.read = undefined;
    await world.fireTimers();
    engine.publish(1);
    await eventLoopIdle();
    expect(heard.slice(2)).toEqual(['replay 1-2', 'live 3', 'deliver 3-3']);
  });

  it('is not repeated for a tail that ended', async () => {
    engine.publish(2);
    engine.gates.read = failing(new Error('the disk does not answer'));
    const { tail } = await world.open('start');
    tail.end();
    expect(world.timers.size).toBe(0);
  });

  it('ends the tail when the engine is closed', async () => {
    engine.publish(2);
    engine.gates.read = failing(new QueueError('closed', 'The engine is closed.'));
    await world.open('start');
    expect(world.errors).toEqual([]);
    expect(world.timers.size).toBe(0);
    expect(world.tails.count(QUEUE)).toBe(0);
  });

  it('that returns nothing where a message should be is a failure as well', async () => {
    engine.publish(2);
    engine.onRead = () => [];
    await world.open('start');
    expect(world.errors).toMatchObject([{ message: 'a read of seq 1 gave nothing of it' }]);
    expect(world.timers.size).toBe(1);
  });
});
