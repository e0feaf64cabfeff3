import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import type { BestEffortEvent } from '../publishing/event.js';
import { BestEffortPublisher, type BestEffortPublisherDeps } from './best-effort-publisher.js';

const read: BestEffortEvent = {
  event: 'read',
  payload: { model: 'product', id: 'a', count: 1 },
  headers: {},
};

const start = () => {
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const said: unknown[] = [];
  const clock = { now: 0 };
  const bestEffort = new BestEffortPublisher({
    // Safe: nobody asks for the receipt.
    queue: {
      publish: () => new Promise<void>((resolve, reject) => answers.push({ resolve, reject })),
    } as unknown as BestEffortPublisherDeps['queue'],
    logger: { warn: (details: unknown) => void said.push(details) },
    now: () => clock.now,
    maxWaiting: 3,
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { bestEffort, answers, said, clock, settled };
};

describe('bestEffort', () => {
  it('keeps a bounded number of events, and loses the others', async () => {
    const { bestEffort, answers, settled } = start();
    for (let n = 0; n < 5; n++) bestEffort.publish(read);
    expect([answers.length, bestEffort.lost]).toEqual([3, 2]);
    answers[0]?.resolve();
    await settled();
    bestEffort.publish(read);
    expect([answers.length, bestEffort.lost]).toEqual([4, 2]);
  });

  it('counts what is refused, and says so now and then', async () => {
    const { bestEffort, answers, said, clock, settled } = start();
    const fail = async () => {
      bestEffort.publish(read);
      answers.at(-1)?.reject(new QueueError('closed', 'The client is closed.'));
      await settled();
    };
    for (let n = 0; n < 4; n++) await fail();
    expect([bestEffort.lost, said.length]).toEqual([4, 1]);
    clock.now += 10_000;
    await fail();
    expect(said).toEqual([expect.objectContaining({ count: 1 }), expect.objectContaining({ count: 4 })]);
  });

  it('says once that the server has no such queue, until something else fails', async () => {
    const { bestEffort, answers, said, clock, settled } = start();
    const fail = async (code: 'queue_unknown' | 'closed') => {
      clock.now += 10_000;
      bestEffort.publish(read);
      answers.at(-1)?.reject(new QueueError(code, 'It failed.'));
      await settled();
    };
    for (let n = 0; n < 3; n++) await fail('queue_unknown');
    expect([bestEffort.lost, said.length]).toEqual([3, 1]);
    await fail('closed');
    expect(said.at(-1)).toMatchObject({ count: 3 });
  });
});
