import { beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import type { Frame } from '@typed-queue/contracts/wire';
import type { Appended } from '../engine/engine.js';
import { frameOf, producerOf } from '../engine/frames.fixture.js';
import { FakeEngine, later, settled } from './fake-engine.fixture.js';
import { Intake, OrderedIntake } from './intake.js';

const [one, two] = [producerOf(1), producerOf(2)];
/** The frame of a producer that begins with a number. */
const numbered = (firstNumber: number, producer = one): Frame =>
  frameOf([firstNumber], { producer, firstNumber });
const appended: Appended = { epoch: 'one', durability: 'disk', firstSeq: 1, duplicates: [] };

let engine: FakeEngine;
let intake: Intake;
/** The first numbers of what was taken, in order. */
let taken: number[];

beforeEach(() => {
  engine = new FakeEngine();
  intake = new Intake(engine);
  taken = [];
  engine.appending = async ({ header }) => {
    taken.push(header.firstNumber);
    return appended;
  };
});

const refuseWith = (code: 'overloaded' | 'storage_full' | 'closed'): (() => void) => {
  const before = engine.appending;
  engine.appending = () => Promise.reject(new QueueError(code, 'Not now.'));
  return () => (engine.appending = before);
};

describe('the intake', () => {
  it('gives frames to the engine, and its answer back', async () => {
    expect(await intake.append('files', numbered(1))).toEqual(appended);
    expect(taken).toEqual([1]);
    expect(intake.epoch('files')).toBe('one');
  });

  it('refuses everything once it is draining', async () => {
    expect(intake.draining).toBe(false);
    await intake.drain();
    expect(intake.draining).toBe(true);
    await expect(intake.append('files', numbered(1))).rejects.toMatchObject({
      code: 'draining',
      retryable: true,
      message: expect.stringMatching(/shutting down.*Send it again/),
    });
    expect(taken).toEqual([]);
  });

  it('is drained when all that it took is answered, well or not', async () => {
    const [first, second] = [later(), later()];
    engine.appending = () => first.promise.then(() => appended);
    const taking = intake.append('files', numbered(1));
    engine.appending = () => second.promise.then(() => Promise.reject(new Error('the disk')));
    const failing = intake.append('files', numbered(2));
    let drained = false;
    const draining = intake.drain().then(() => (drained = true));
    second.resolve();
    await expect(failing).rejects.toThrow('the disk');
    await settled();
    expect(drained).toBe(false);
    first.resolve();
    await taking;
    await draining;
    expect(drained).toBe(true);
  });
});

describe('the intake of one connection', () => {
  let ordered: OrderedIntake;
  beforeEach(() => {
    ordered = new OrderedIntake(intake);
  });
  const allowed = (): void => undefined;
  const append = async (frame: Frame, queue = 'files'): Promise<Appended> =>
    ordered.append(ordered.enter(queue, frame.header, allowed), frame);
  const codeOf = (frame: Frame, queue?: string): Promise<unknown> =>
    append(frame, queue).then(
      () => 'taken',
      (error: unknown) => (error instanceof QueueError ? error.code : error),
    );

  it.each(['overloaded', 'storage_full'] as const)(
    'keeps later frames back after one was refused with %s, until that one comes again',
    async (code) => {
      const allow = refuseWith(code);
      expect(await codeOf(numbered(5))).toBe(code);
      allow();
      expect(await codeOf(numbered(6))).toBe('overloaded');
      expect(await codeOf(numbered(7))).toBe('overloaded');
      expect(taken).toEqual([]);
      expect(await codeOf(numbered(5))).toBe('taken');
      expect(await codeOf(numbered(6))).toBe('taken');
      expect(await codeOf(numbered(7))).toBe('taken');
      expect(taken).toEqual([5, 6, 7]);
    },
  );

  it('says so in a way that lets a client send both again', async () => {
    refuseWith('overloaded');
    await codeOf(numbered(5));
    await expect(append(numbered(6))).rejects.toMatchObject({
      retryable: true,
      message: expect.stringMatching(/frame before this one was not taken yet\. Send both again, in order/),
    });
  });

  it('awaits the first of several that were refused at once', async () => {
    const allow = refuseWith('overloaded');
    expect(await Promise.all([5, 6, 7].map((number) => codeOf(numbered(number))))).toEqual([
      'overloaded',
      'overloaded',
      'overloaded',
    ]);
    allow();
    expect(await codeOf(numbered(6))).toBe('overloaded');
    expect(await codeOf(numbered(5))).toBe('taken');
    expect(await codeOf(numbered(6))).toBe('taken');
  });

  it('awaits the frame again when it is refused again', async () => {
    const allow = refuseWith('overloaded');
    await codeOf(numbered(5));
    await codeOf(numbered(5));
    allow();
    expect(await codeOf(numbered(6))).toBe('overloaded');
    expect(await codeOf(numbered(5))).toBe('taken');
  });

  it('lets earlier frames pass meanwhile, and those of other producers and queues', async () => {
    const allow = refuseWith('overloaded');
    await codeOf(numbered(5));
    allow();
    expect(await codeOf(numbered(4))).toBe('taken');
    expect(await codeOf(numbered(6, two))).toBe('taken');
    expect(await codeOf(numbered(6), 'database')).toBe('taken');
    expect(await codeOf(numbered(6))).toBe('overloaded');
  });

  it('awaits nothing after a refusal for good, nor from frames without a producer', async () => {
    const allow = refuseWith('closed');
    expect(await codeOf(numbered(5))).toBe('closed');
    allow();
    expect(await codeOf(numbered(6))).toBe('taken');
    const allowAgain = refuseWith('overloaded');
    expect(await codeOf(frameOf([1]))).toBe('overloaded');
    allowAgain();
    expect(await codeOf(frameOf([2]))).toBe('taken');
  });

  it('awaits what a draining server refused', async () => {
    await intake.drain();
    expect(await codeOf(numbered(5))).toBe('draining');
    expect(await codeOf(numbered(6))).toBe('overloaded');
  });
});
