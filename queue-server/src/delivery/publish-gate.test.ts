import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Frame } from '@typed-queue/contracts/wire';
import { frameOf, producerOf } from '../engine/frames.fixture.js';
import { failing, GatedEngine } from './gated-engine.fixture.js';
import { later, eventLoopIdle } from './recorder.fixture.js';
import { PublishGate } from './publish-gate.js';

/** The frame of a producer that begins with a number. */
const numbered = (firstNumber: number): Frame =>
  frameOf([firstNumber], { producer: producerOf(1), firstNumber });

let engine: GatedEngine;
let gate: PublishGate;

beforeEach(() => {
  engine = new GatedEngine();
  gate = new PublishGate(engine);
});

const numbers = (): number[] => engine.appended.map(({ firstNumber }) => firstNumber);

describe('the publish gate', () => {
  it('gives frames to the engine, and its answer back', async () => {
    const { epoch } = engine;
    expect(await gate.append('files', numbered(1))).toMatchObject({
      epoch,
      durability: 'memory',
      firstSeq: 1,
    });
    expect(numbers()).toEqual([1]);
    expect(gate.epoch('files')).toBe(epoch);
  });

  it('refuses everything once it is draining', async () => {
    expect(gate.draining).toBe(false);
    await gate.drain();
    expect(gate.draining).toBe(true);
    await expect(gate.append('files', numbered(1))).rejects.toMatchObject({
      code: 'draining',
      retryable: true,
      message: expect.stringMatching(/shutting down.*Send it again/),
    });
    expect(engine.appended).toEqual([]);
  });

  it('is drained when every append is answered, well or not', async () => {
    const [first, second] = [later(), later()];
    engine.gates.append = first.promise;
    const succeeding = gate.append('files', numbered(1));
    engine.gates.append = second.promise.then(() => failing(new Error('the disk')));
    const refused = gate.append('files', numbered(2));
    let drained = false;
    const draining = gate.drain().then(() => (drained = true));
    second.resolve();
    await expect(refused).rejects.toThrow('the disk');
    await eventLoopIdle();
    expect(drained).toBe(false);
    first.resolve();
    await succeeding;
    await draining;
    expect(drained).toBe(true);
  });
});
