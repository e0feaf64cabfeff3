import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import type { NoticeEvent } from '../publishing/event.js';
import { Telling, type TellingParts } from './telling.js';

const read: NoticeEvent = { event: 'read', payload: { model: 'product', id: 'a', count: 1 }, headers: {} };

const start = () => {
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const said: unknown[] = [];
  const clock = { now: 0 };
  const telling = new Telling({
    // Safe: nobody asks for the receipt.
    queue: {
      publish: () => new Promise<void>((resolve, reject) => answers.push({ resolve, reject })),
    } as unknown as TellingParts['queue'],
    logger: { warn: (details: unknown) => void said.push(details) },
    now: () => clock.now,
    maxWaiting: 3,
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { telling, answers, said, clock, settled };
};

describe('telling', () => {
  it('keeps a bounded number of events, and loses the others', async () => {
    const { telling, answers, settled } = start();
    for (let n = 0; n < 5; n++) telling.tell(read);
    expect([answers.length, telling.lost]).toEqual([3, 2]);
    answers[0]?.resolve();
    await settled();
    telling.tell(read);
    expect([answers.length, telling.lost]).toEqual([4, 2]);
  });

  it('counts what is refused, and says so now and then', async () => {
    const { telling, answers, said, clock, settled } = start();
    const fail = async () => {
      telling.tell(read);
      answers.at(-1)?.reject(new QueueError('closed', 'The client is closed.'));
      await settled();
    };
    for (let n = 0; n < 4; n++) await fail();
    expect([telling.lost, said.length]).toEqual([4, 1]);
    clock.now += 10_000;
    await fail();
    expect(said).toEqual([expect.objectContaining({ count: 1 }), expect.objectContaining({ count: 4 })]);
  });

  it('says once that the server has no such queue, until something else fails', async () => {
    const { telling, answers, said, clock, settled } = start();
    const fail = async (code: 'queue_unknown' | 'closed') => {
      clock.now += 10_000;
      telling.tell(read);
      answers.at(-1)?.reject(new QueueError(code, 'It failed.'));
      await settled();
    };
    for (let n = 0; n < 3; n++) await fail('queue_unknown');
    expect([telling.lost, said.length]).toEqual([3, 1]);
    await fail('closed');
    expect(said.at(-1)).toMatchObject({ count: 3 });
  });
});
