import { describe, expect, it } from '@jest/globals';
import { eventLoopIdle } from '../runtime.fixture.js';
import { TokenSource, type Token } from './token-source.js';

/** What each of some questions was answered with. */
const answers = async (token: Token | undefined, questions: number): Promise<unknown[]> => {
  const source = new TokenSource(token);
  const heard: unknown[] = [];
  for (let n = 0; n < questions; n++) {
    source.ask(
      (each) => heard.push(each),
      (error) => heard.push(error),
    );
  }
  await eventLoopIdle();
  return heard;
};

describe('the source of a token', () => {
  it.each([['key'], [''], [undefined]])('brings a text at once, always the same: %j', (token) => {
    const source = new TokenSource(token);
    const heard: unknown[] = [];
    for (let n = 0; n < 2; n++) source.ask((each) => heard.push(each), fail);
    expect(source.isRenewable).toBe(false);
    expect(heard).toEqual([token, token]);
  });

  it('asks a function each time, and only its newest answer counts', async () => {
    let made = 0;
    expect(await answers(() => `key-${++made}`, 3)).toEqual(['key-3']);
    expect(await answers(() => Promise.resolve('later'), 1)).toEqual(['later']);
    expect(new TokenSource(() => 'key').isRenewable).toBe(true);
  });

  it.each<[string, () => string | Promise<string>]>([
    [
      'throws',
      () => {
        throw new Error('no key');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no key'))],
  ])('reports a function that %s', async (_, token) => {
    expect(await answers(token, 1)).toEqual([new Error('no key')]);
  });

  it('takes nothing but texts', async () => {
    // Safe: what plain JavaScript may do.
    const token = (() => null) as unknown as Token;
    expect(await answers(token, 1)).toEqual([expect.any(TypeError)]);
  });

  it('is silent once nobody waits', async () => {
    const source = new TokenSource(() => 'key');
    source.ask(fail, fail);
    source.cancel();
    await eventLoopIdle();
  });
});

const fail = (): never => {
  throw new Error('it is not to be called');
};
