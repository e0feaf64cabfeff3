import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { CallOutput } from './call-output.js';

const failed = (): CallOutput =>
  new CallOutput((_, reject) => reject(new QueueError('no_responder', 'Nobody serves it.')));

describe('the output of a call', () => {
  it('is awaited as any promise', async () => {
    expect(await new CallOutput((resolve) => resolve(1))).toBe(1);
  });

  it('chains as any promise', () => {
    expect(new CallOutput((resolve) => resolve(1)).then(String).constructor).toBe(Promise);
  });

  it('has no property of its own, so that all have one shape', () => {
    expect(Object.getOwnPropertyNames(new CallOutput((resolve) => resolve(1)))).toEqual([]);
  });

  it('has an answer that does not reject', async () => {
    expect(await failed().answer).toMatchObject({ ok: false, error: { code: 'no_responder' } });
  });

  it('is rejected though its answer is asked for', async () => {
    const output = failed();
    await output.answer;
    await expect(output).rejects.toMatchObject({ code: 'no_responder' });
  });
});
