import { beforeEach, describe, expect, it } from '@jest/globals';
import { MINUTE, type Retention } from '@typed-queue/contracts';
import { Time } from '../conformance/time.fixture.js';
import { MemorySegments } from '../memory/memory-segments.js';
import { LogRetention } from './retention.js';

/** Lets what waits for nothing but promises run. */
const settle = (): Promise<void> => new Promise(setImmediate);

let time: Time;
let segments: MemorySegments;
let calls: string[];
let errors: unknown[];
/** What a drop waits for, or fails with. */
let dropping: () => Promise<void>;
let fault: Error | undefined;

beforeEach(() => {
  time = new Time();
  segments = new MemorySegments(Infinity, time.now);
  calls = [];
  errors = [];
  dropping = () => Promise.resolve();
  fault = undefined;
});

const running = (retention: Retention): LogRetention =>
  new LogRetention(
    {
      segments: () => segments.all,
      roll: async () => {
        calls.push('roll');
        segments.roll(time.now);
      },
      dropBefore: async (seq) => {
        calls.push(`drop before ${seq}`);
        await dropping();
        segments.dropBefore(seq);
      },
      fault: () => fault,
    },
    { retention, now: () => time.now, after: time.after, onError: (error) => errors.push(error) },
  );

const pass = async (ms: number): Promise<void> => {
  time.pass(ms);
  await settle();
};

describe('a retention', () => {
  it('rolls segments that have grown, drops those past the bounds, and repeats', async () => {
    const retention = running({ maxMessages: 8 });
    for (let minutes = 0; minutes < 20; minutes++) {
      segments.add(1, 100, time.now);
      await pass(MINUTE);
    }
    expect(segments.firstSeq).toBe(13);
    expect(calls.filter((call) => call === 'roll')).toHaveLength(20);
    await retention.stop();
    expect(time.running).toBe(0);
  });

  it('checks at once when asked, once more when asked during a check, and never twice at a time', async () => {
    const retention = running({ maxMessages: 80 });
    let done = (): void => undefined;
    dropping = () => new Promise((resolve) => (done = resolve));
    for (let times = 0; times < 3; times++) retention.check();
    await settle();
    expect(calls).toEqual(['drop before 1']);
    done();
    await settle();
    expect(calls).toEqual(['drop before 1', 'drop before 1']);
    done();
    await settle();
    expect(calls).toHaveLength(2);
    await retention.stop();
  });

  it('reports a failure, and retries', async () => {
    const retention = running({ maxMessages: 1 });
    const failure = new Error('the disk failed');
    dropping = () => Promise.reject(failure);
    segments.add(3, 100, time.now);
    await pass(MINUTE);
    expect(errors).toEqual([failure]);
    dropping = () => Promise.resolve();
    segments.add(3, 100, time.now);
    await pass(MINUTE);
    expect(segments.firstSeq).toBe(4);
    await retention.stop();
  });

  it('drops on a full disk too, and begins no new segment there', async () => {
    const retention = running({ maxMessages: 2 });
    for (let times = 0; times < 2; times++) {
      segments.add(2, 100, time.now);
      segments.roll(time.now);
    }
    segments.add(2, 100, time.now);
    fault = new Error('the disk is full');
    await pass(MINUTE);
    expect(calls).toEqual(['drop before 5']);
    expect(errors).toEqual([]);
    await retention.stop();
  });

  it('stops after the present removal, whose failure it does not report', async () => {
    const retention = running({ maxMessages: 1 });
    let fail = (): void => undefined;
    dropping = () => new Promise((_, reject) => (fail = () => reject(new Error('closed'))));
    retention.check();
    let stopped = false;
    const stopping = retention.stop().then(() => (stopped = true));
    await settle();
    expect(stopped).toBe(false);
    fail();
    await stopping;
    retention.check();
    await pass(10 * MINUTE);
    expect(calls).toHaveLength(1);
    expect(errors).toEqual([]);
    expect(time.running).toBe(0);
  });

  it('does nothing for a queue without bounds', async () => {
    const retention = running({});
    expect(time.running).toBe(0);
    retention.check();
    await settle();
    expect(calls).toEqual([]);
    await retention.stop();
  });
});
