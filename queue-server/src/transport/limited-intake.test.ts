import { describe, expect, it } from '@jest/globals';
import { Intake, OrderedIntake } from '../delivery/intake.js';
import { FakeEngine, later, settled } from '../delivery/fake-engine.fixture.js';
import { frameOf, producerOf } from '../engine/frames.fixture.js';
import { LimitedIntake } from './limited-intake.js';

const refused = { code: 'overloaded', retryable: true, message: expect.stringMatching(/has 256 publishes/) };

describe('the intake of one connection', () => {
  it('takes 256 frames at once, and more when one of them is answered', async () => {
    const engine = new FakeEngine();
    const disk = later();
    const appended = engine.appending;
    engine.appending = async (frame) => disk.promise.then(() => appended(frame));
    const intake = new LimitedIntake(new Intake(engine));
    const answers = Array.from({ length: 256 }, () => intake.append('files', frameOf([1])));
    await expect(intake.append('files', frameOf([1]))).rejects.toMatchObject(refused);
    disk.resolve();
    await Promise.all(answers);
    await intake.append('files', frameOf([1]));
  });

  it('counts also what is refused as answered', async () => {
    const engine = new FakeEngine();
    engine.appending = () => Promise.reject(new Error('the disk does not answer'));
    const intake = new LimitedIntake(new Intake(engine));
    for (let frames = 0; frames < 300; frames++) {
      await expect(intake.append('files', frameOf([1]))).rejects.toThrow('the disk does not answer');
    }
  });

  it('keeps later frames of a producer back behind the one that was too much', async () => {
    const engine = new FakeEngine();
    const disk = later();
    const appended = engine.appending;
    engine.appending = async (frame) => disk.promise.then(() => appended(frame));
    const ordered = new OrderedIntake(new LimitedIntake(new Intake(engine)));
    const send = (firstNumber: number) =>
      ordered.append('files', frameOf([firstNumber], { producer: producerOf(1), firstNumber }));
    const answers = Array.from({ length: 256 }, (_, index) => send(index + 1));
    await expect(send(257)).rejects.toMatchObject(refused);
    disk.resolve();
    await Promise.all(answers);
    await settled();
    await expect(send(258)).rejects.toMatchObject({
      message: expect.stringMatching(/frame before this one/),
    });
    await send(257);
    await send(258);
  });
});
