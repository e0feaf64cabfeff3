import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';
import { answer, type Answering } from './client-requests.js';
import type { Handler } from './open-requests.js';

/** A request without limits, and what became of it. */
const requestTo = (handler: Handler) => {
  const answers: Result<unknown>[] = [];
  const ended: { args: readonly unknown[]; error: unknown }[] = [];
  const errors: unknown[] = [];
  const admit = (): void => undefined;
  const parts: Answering = {
    admit,
    handler,
    ended: (args, error) => ended.push({ args, error }),
    onError: (error) => errors.push(error),
  };
  return { parts, answers, ended, errors, callback: (result: Result<unknown>) => answers.push(result) };
};

/** The answers that a client with these arguments and a callback gets, and why its request failed. */
const asked = async (
  handler: Handler,
  ...args: readonly unknown[]
): Promise<{ answers: Result<unknown>[]; errors: unknown[] }> => {
  const { parts, answers, ended, callback } = requestTo(handler);
  await answer([...args, callback], parts);
  return { answers, errors: ended.map(({ error }) => error).filter((error) => error !== undefined) };
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

  it('that is not admitted reaches no handler', async () => {
    const { parts, answers, ended, callback } = requestTo(() => {
      throw new Error('handled');
    });
    const admit = (): void => {
      throw refusal;
    };
    await answer(['files', callback], { ...parts, admit });
    expect(answers).toEqual([{ ok: false, error: refusal.toJSON() }]);
    expect(ended).toEqual([{ args: ['files'], error: refusal }]);
  });

  it('without a callback is handled as well', async () => {
    const { parts, ended } = requestTo(() => {
      throw refusal;
    });
    await answer(['files', 7], parts);
    await answer([], parts);
    expect(ended).toEqual([
      { args: ['files', 7], error: refusal },
      { args: [], error: refusal },
    ]);
  });

  it('never rejects, even when its answer cannot be sent', async () => {
    const { parts, ended, errors } = requestTo(() => 1);
    const failure = new RangeError('too deep');
    const callback = (): void => {
      throw failure;
    };
    await answer([callback], parts);
    expect(errors).toEqual([failure]);
    expect(ended).toEqual([{ args: [], error: undefined }]);
  });
});
