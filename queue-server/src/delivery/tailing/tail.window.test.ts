import { beforeEach, describe, expect, it } from '@jest/globals';
import type { GatedEngine } from '../gated-engine.fixture.js';
import { eventLoopIdle } from '../recorder.fixture.js';
import { Tailing } from './tailing.fixture.js';

let world: Tailing;
let engine: GatedEngine;

beforeEach(() => {
  world = new Tailing();
  ({ engine } = world);
});

const BYTES = 1024 * 1024;

describe('a tail whose client reads slowly', () => {
  it('is sent its window, and more when a quarter of it was read', async () => {
    engine.publish(100);
    const { seqs, tail } = await world.open('start', { window: { messages: 8, bytes: BYTES } });
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    tail.position(2);
    await eventLoopIdle();
    expect(seqs).toHaveLength(8);
    tail.position(3);
    await eventLoopIdle();
    expect(seqs).toHaveLength(10);
    tail.position(11);
    await eventLoopIdle();
    expect(seqs).toHaveLength(18);
  });

  it('reads nothing while its window is full', async () => {
    engine.publish(100);
    await world.open('start', { window: { messages: 8, bytes: BYTES } });
    const { length } = engine.reads;
    engine.publish(1);
    await eventLoopIdle();
    expect(engine.reads).toHaveLength(length);
  });

  it('is sent no more bytes than its window, but always one message', async () => {
    engine.publish(100);
    const { seqs, tail } = await world.open('start', { window: { messages: 1_000, bytes: 1_000 } });
    const first = seqs.length;
    expect(first).toBeGreaterThan(1);
    expect(first).toBeLessThan(20);
    tail.position(first + 1);
    await eventLoopIdle();
    expect(seqs.length).toBeGreaterThan(first);
    const small = await world.open('start', { window: { messages: 1_000, bytes: 1 } });
    expect(small.seqs).toEqual([1]);
    small.tail.position(2);
    await eventLoopIdle();
    expect(small.seqs).toEqual([1, 2]);
  });

  it('leaves the broadcast when its window is full, and the others stay', async () => {
    const slow = await world.open('now', { window: { messages: 4, bytes: BYTES } });
    const fast = await world.open('now');
    for (let frames = 0; frames < 4; frames++) {
      engine.publish(2);
      await eventLoopIdle();
    }
    expect(slow.heard).toEqual(['live 1', 'deliver 1-2', 'deliver 3-4', 'lagging 5']);
    expect(fast.heard).toEqual(['live 1', 'deliver 1-2', 'deliver 3-4', 'deliver 5-6', 'deliver 7-8']);
    slow.tail.position(5);
    await eventLoopIdle();
    expect(slow.heard.slice(4)).toEqual(['replay 5-8']);
    slow.tail.position(9);
    await eventLoopIdle();
    expect(slow.heard.slice(5)).toEqual(['live 9']);
    engine.publish(1);
    await eventLoopIdle();
    expect(slow.heard.at(-1)).toBe('deliver 9-9');
    expect(fast.heard.at(-1)).toBe('deliver 9-9');
  });

  it('is the last to leave the broadcast, which reads no more', async () => {
    const { heard, tail } = await world.open('now', { window: { messages: 1, bytes: BYTES } });
    for (let frames = 0; frames < 3; frames++) {
      engine.publish(1);
      await eventLoopIdle();
    }
    expect(heard).toEqual(['live 1', 'deliver 1-1', 'lagging 2']);
    expect(engine.reads).toEqual([1, 2]);
    for (let next = 2; next <= 4; next++) {
      tail.position(next);
      await eventLoopIdle();
    }
    expect(heard.slice(3)).toEqual(['replay 2-2', 'replay 3-3', 'live 4']);
  });

  it('does not join the broadcast before it has read what it was sent', async () => {
    engine.publish(8);
    const { heard, tail } = await world.open('start', { window: { messages: 8, bytes: BYTES } });
    expect(heard).toEqual(['replay 1-8']);
    tail.position(9);
    await eventLoopIdle();
    expect(heard.slice(1)).toEqual(['live 9']);
  });

  it('is refused a position that it cannot have reached', async () => {
    engine.publish(8);
    const { tail } = await world.open('start', { window: { messages: 4, bytes: BYTES } });
    expect(() => tail.position(6)).toThrow(/was sent what is below 5, not 6/);
    expect(() => tail.position(6)).toThrow(expect.objectContaining({ code: 'request_invalid' }));
    tail.position(5);
    tail.position(3);
  });
});
