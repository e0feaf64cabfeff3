import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';
import { answering } from './client-requests.js';
import type { Handler } from './open-requests.js';

/** The answers that a client with these arguments and a callback gets, and the errors that the server reports. */
const asked = async (
  handler: Handler,
  ...args: readonly unknown[]
): Promise<{ answers: Result<unknown>[]; errors: unknown[] }> => {
  const answers: Result<unknown>[] = [];
  const errors: unknown[] = [];
  const listener = answering(handler, (error) => errors.push(error));
  await listener(...args, (result: Result<unknown>) => answers.push(result));
  return { answers, errors };
};

const refusal = new QueueError('queue_unknown', 'There is no such queue.', { details: { queues: [] } });

describe('a request', () => {
  it('is answered with the value of its handler', async () => {
    const sum: Handler = (...numbers) => numbers.reduce<number>((total, each) => total + Number(each), 0);
    expect(await asked(sum, 1, 2, 3)).toEqual({ answers: [{ ok: true, value: 6 }], errors: [] });
    expect(await asked(async () => null)).toEqual({ answers: [{ ok: true, value: null }], errors: [] });
  });

  it.each<[string, Handler]>([
    [
      'thrown',
      () => {
        throw refusal;
      },
    ],
    ['rejected with', () => Promise.reject(refusal)],
  ])('is answered with the error that was %s, and the server reports it', async (_, handler) => {
    expect(await asked(handler)).toEqual({
      answers: [{ ok: false, error: refusal.toJSON() }],
      errors: [refusal],
    });
  });

  it('is answered without details of a failure in the server, and the server reports it', async () => {
    const failure = new TypeError('secret');
    const { answers, errors } = await asked(() => Promise.reject(failure));
    expect(answers).toMatchObject([{ ok: false, error: { code: 'internal', retryable: true } }]);
    expect(JSON.stringify(answers)).not.toContain('secret');
    expect(errors).toEqual([failure]);
  });

  it('without a callback is handled as well', async () => {
    const seen: unknown[] = [];
    const errors: unknown[] = [];
    const listener = answering(
      (...args) => {
        seen.push(args);
        throw refusal;
      },
      (error) => errors.push(error),
    );
    await listener('files', 7);
    await listener();
    expect(seen).toEqual([['files', 7], []]);
    expect(errors).toEqual([refusal, refusal]);
  });

  it('never rejects, even when its answer cannot be sent', async () => {
    const errors: unknown[] = [];
    const listener = answering(
      () => 1,
      (error) => errors.push(error),
    );
    const failure = new RangeError('too deep');
    await listener(() => {
      throw failure;
    });
    expect(errors).toEqual([failure]);
  });
});
