import { describe, expect, it } from '@jest/globals';
import { ApiError } from '@typed-queue/contracts';
import type { BestEffortEvent } from '../publishing/publisher.js';
import { BestEffortPublisher, type BestEffortPublisherDeps } from './best-effort-publisher.js';

const read: BestEffortEvent = {
  event: 'read',
  payload: { model: 'product', id: 'a', count: 1 },
  headers: {},
};

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
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { bestEffort, answers, logged, clock, settled };
};

describe('the best-effort publisher', () => {
  it('holds a bounded number of events, and loses the others', async () => {
    const { bestEffort, answers, settled } = start();
    for (let n = 0; n < 5; n++) bestEffort.publish(read);
    expect([answers.length, bestEffort.lost]).toEqual([3, 2]);
    answers[0]?.resolve();
    await settled();
    bestEffort.publish(read);
    expect([answers.length, bestEffort.lost]).toEqual([4, 2]);
  });

  it('counts refused events, and logs them once in a while', async () => {
    const { bestEffort, answers, logged, clock, settled } = start();
    const fail = async () => {
      bestEffort.publish(read);
      answers.at(-1)?.reject(new ApiError('closed', 'The client is closed.'));
      await settled();
    };
    for (let n = 0; n < 4; n++) await fail();
    expect([bestEffort.lost, logged.length]).toEqual([4, 1]);
    clock.now += 10_000;
    await fail();
    expect(logged).toEqual([expect.objectContaining({ count: 1 }), expect.objectContaining({ count: 4 })]);
  });

  it('logs once that the server has no such queue, until another error comes', async () => {
    const { bestEffort, answers, logged, clock, settled } = start();
    const fail = async (code: 'queue_unknown' | 'closed') => {
      clock.now += 10_000;
      bestEffort.publish(read);
      answers.at(-1)?.reject(new ApiError(code, 'It failed.'));
      await settled();
    };
    for (let n = 0; n < 3; n++) await fail('queue_unknown');
    expect([bestEffort.lost, logged.length]).toEqual([3, 1]);
    await fail('closed');
    expect(logged.at(-1)).toMatchObject({ count: 3 });
  });
});
