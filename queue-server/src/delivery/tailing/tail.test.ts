import { beforeEach, describe, expect, it } from '@jest/globals';
import { idOf } from '../../engine/frames.fixture.js';
import { QUEUE, type GatedEngine } from '../gated-engine.fixture.js';
import { later, eventLoopIdle } from '../recorder.fixture.js';
import { Tailing } from './tailing.fixture.js';

let world: Tailing;
let engine: GatedEngine;

beforeEach(() => {
  world = new Tailing();
  ({ engine } = world);
});

describe('a tail', () => {
  it('reads what is stored, is live, and gets new messages by the broadcast', async () => {
    engine.publish(3);
    engine.publish(2);
    const { heard } = await world.open('start');
    expect(heard).toEqual(['replay 1-5', 'live 6']);
    engine.publish(2);
    await eventLoopIdle();
    engine.publish(1);
    await eventLoopIdle();
    expect(heard.slice(2)).toEqual(['deliver 6-7', 'deliver 8-8']);
  });

  it('follows the log at the seq that it reads next, until its end', async () => {
    const positions = (): number[] => [...engine.followers.readers].map((next) => next());
    engine.publish(3);
    const { tail } = await world.opened({ seq: 2 });
    await world.open('now', { events: ['none'] });
    expect(positions()).toEqual([2, 4]);
    tail.start();
    await eventLoopIdle();
    engine.publish(2);
    await eventLoopIdle();
    expect(positions()).toEqual([6, 6]);
    tail.end();
    expect(positions()).toEqual([6]);
  });

  it('gets nothing before its start', async () => {
    engine.publish(3);
    const { heard, tail } = await world.opened('start');
    engine.publish(1);
    await eventLoopIdle();
    expect(heard).toEqual([]);
    tail.start();
    await eventLoopIdle();
    expect(heard).toEqual(['replay 1-4', 'live 5']);
  });

  it('begins within a frame, which is cut', async () => {
    engine.publish(5);
    const { heard, seqs } = await world.open({ seq: 3 });
    expect(heard).toEqual(['replay 3-5', 'live 6']);
    expect(seqs).toEqual([3, 4, 5]);
  });

  it('shares one text with all live tails', async () => {
    const clients = [await world.open('now'), await world.open('start'), await world.open({ seq: 1 })];
    engine.publish(2);
    await eventLoopIdle();
    for (const { heard } of clients) expect(heard).toEqual(['live 1', 'deliver 1-2']);
    const common = { queue: QUEUE, event: 'said', headers: {}, time: engine.time.now };
    expect(world.texts.map((text): unknown => JSON.parse(text))).toEqual([
      [1, 2].map((seq) => ({ ...common, id: idOf(seq), payload: { number: seq, text: '' }, seq })),
    ]);
  });

  it('gets frames when it asks for them; without a tail that wants text, none is made', async () => {
    const binary = await world.open('now', { live: 'frame' });
    engine.publish(2);
    await eventLoopIdle();
    expect(world.texts).toEqual([]);
    const plain = await world.open('now');
    engine.publish(1);
    await eventLoopIdle();
    expect(binary.heard).toEqual(['live 1', 'frame 1-2', 'frame 3-3']);
    expect(plain.heard).toEqual(['live 3', 'deliver 3-3']);
    expect(world.texts).toHaveLength(1);
  });

  it('reads a new frame once, however many tails are live', async () => {
    for (let tails = 0; tails < 5; tails++) await world.open('now');
    engine.publish(2);
    await eventLoopIdle();
    expect(engine.reads).toEqual([1]);
  });

  it('gets frames that came together as one text', async () => {
    const { heard } = await world.open('now');
    const reading = later();
    engine.gates.read = reading.promise;
    engine.publish(1);
    for (let frames = 0; frames < 4; frames++) engine.publish(2);
    reading.resolve();
    await eventLoopIdle();
    // The first read was begun with the first of them.
    expect(heard).toEqual(['live 1', 'deliver 1-9']);
  });

  it('misses nothing that is published while it reads', async () => {
    engine.publish(3);
    const reading = later();
    engine.gates.read = reading.promise;
    const opening = world.open('start');
    await eventLoopIdle();
    engine.publish(2);
    reading.resolve();
    const { heard, seqs } = await opening;
    expect(seqs).toEqual([1, 2, 3, 4, 5]);
    expect(heard.at(-1)).toBe('live 6');
  });

  it('waits for the broadcast when it begins after what is not broadcast yet', async () => {
    const first = await world.open('now');
    const reading = later();
    engine.gates.read = reading.promise;
    engine.publish(2);
    const second = await world.open('now');
    expect(second.heard).toEqual([]);
    reading.resolve();
    await eventLoopIdle();
    expect(second.heard).toEqual(['live 3']);
    engine.publish(1);
    await eventLoopIdle();
    expect(first.seqs).toEqual([1, 2, 3]);
    expect(second.heard).toEqual(['live 3', 'deliver 3-3']);
  });

  it('is live when the broadcast that it waited for has no more tails', async () => {
    const first = await world.open('now');
    const reading = later();
    engine.gates.read = reading.promise;
    engine.publish(2);
    const second = await world.open('now');
    first.tail.end();
    expect(second.heard).toEqual(['live 3']);
    reading.resolve();
    await eventLoopIdle();
    engine.publish(1);
    await eventLoopIdle();
    expect(second.seqs).toEqual([3]);
  });

  it('gets nothing of what the broadcast read for tails before it', async () => {
    const first = await world.open('now');
    const reading = later();
    engine.gates.read = reading.promise;
    engine.publish(2);
    first.tail.end();
    first.inRoom = undefined;
    const second = await world.open('now');
    reading.resolve();
    await eventLoopIdle();
    expect(second.heard).toEqual(['live 3']);
    expect(world.texts).toEqual([]);
  });

  it('reads a long log in batches, and lets the event loop run between them', async () => {
    for (let frames = 0; frames < 40; frames++) engine.publish(400);
    const client = await world.opened('start', { window: { messages: 100_000, bytes: 64 * 1024 * 1024 } });
    client.tail.start();
    await Promise.resolve();
    expect(client.seqs.length).toBeLessThan(16_000);
    await eventLoopIdle();
    expect(client.heard.length).toBeGreaterThan(4);
    expect(client.seqs).toEqual(Array.from({ length: 16_000 }, (_, index) => index + 1));
    expect(client.heard.at(-1)).toBe('live 16001');
  });

  it('gets each gap in its place', async () => {
    engine.publish(2);
    world.damage(3);
    engine.publish(1);
    const { heard, gaps } = await world.open('start');
    expect(heard).toEqual(['replay 1-6, gap 3-5', 'live 7']);
    expect(gaps).toEqual([{ from: 3, to: 5, reason: 'damage' }]);
  });

  it('reads a gap that the broadcast found by itself, and is live again after it', async () => {
    const { heard } = await world.open('now');
    const other = await world.open('now');
    world.damage(2);
    engine.publish(1);
    await eventLoopIdle();
    const said = ['live 1', 'lagging 1', 'replay 1-3, gap 1-2', 'live 4'];
    expect(heard).toEqual(said);
    expect(other.heard).toEqual(said);
  });

  it('that ended gets nothing more, also of an open read, and is removed', async () => {
    engine.publish(3);
    const reading = later();
    engine.gates.read = reading.promise;
    const { heard, tail } = await world.open('start');
    const live = await world.open('now');
    expect(world.tails.count(QUEUE)).toBe(2);
    tail.end();
    live.tail.end();
    tail.end();
    reading.resolve();
    engine.publish(1);
    await eventLoopIdle();
    expect(heard).toEqual([]);
    expect(live.heard).toEqual(['live 4']);
    expect(world.tails.count(QUEUE)).toBe(0);
  });
});
