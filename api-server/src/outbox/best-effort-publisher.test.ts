import { describe, expect, it } from '@jest/globals';
import { ApiError } from '@typed-queue/contracts';
import type { BestEffortEvent } from '../publishing/publisher.js';
import { BestEffortPublisher, type BestEffortPublisherDeps } from './best-effort-publisher.js';

const read: BestEffortEvent = {
  event: 'read',
  payload: { model: 'product', id: 'a', count: 1 },
  headers: {},
};

const eventLoopIdle = () => new Promise((resolve) => setImmediate(resolve));

const start = () => {
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const logged: unknown[] = [];
  const clock = { now: 0 };
  const bestEffort = new BestEffortPublisher({
    // Safe: the receipt is not used.
    queue: {
      publish: () => new Promise<void>((resolve, reject) => answers.push({ resolve, reject })),
    } as unknown as BestEffortPublisherDeps['queue'],
    logger: { warn: (details: unknown) => void logged.push(details) },
    now: () => clock.now,
    maxWaiting: 3,
  });
  const fail = async (code: 'queue_unknown' | 'closed', times = 1) => {
    for (let n = 0; n < times; n++) {
      bestEffort.publish(read);
      answers.at(-1)?.reject(new ApiError(code, 'It failed.'));
      await eventLoopIdle();
    }
  };
  return { bestEffort, answers, logged, clock, fail };
};

describe('the best-effort publisher', () => {
  it('holds a bounded number of events, and loses the others', () => {
    const { bestEffort, answers } = start();
    for (let n = 0; n < 5; n++) bestEffort.publish(read);
    expect(answers).toHaveLength(3);
    expect(bestEffort.lost).toBe(2);
  });

  it('publishes again when an event has its receipt', async () => {
    const { bestEffort, answers } = start();
    for (let n = 0; n < 5; n++) bestEffort.publish(read);
    answers[0]?.resolve();
    await eventLoopIdle();
    bestEffort.publish(read);
    expect(answers).toHaveLength(4);
    expect(bestEffort.lost).toBe(2);
  });

  it('counts refused events', async () => {
    const { bestEffort, fail } = start();
    await fail('closed', 4);
    expect(bestEffort.lost).toBe(4);
  });

  it('logs refused events once per interval, with their number', async () => {
    const { logged, clock, fail } = start();
    await fail('closed', 4);
    expect(logged).toMatchObject([{ count: 1 }]);
    clock.now += 10_000;
    await fail('closed');
    expect(logged).toMatchObject([{ count: 1 }, { count: 4 }]);
  });

  it('logs once that the server has no such queue, until another error comes', async () => {
    const { logged, clock, fail } = start();
    for (let n = 0; n < 3; n++) {
      clock.now += 10_000;
      await fail('queue_unknown');
    }
    expect(logged).toHaveLength(1);
    clock.now += 10_000;
    await fail('closed');
    expect(logged.at(-1)).toMatchObject({ count: 3 });
  });
});
