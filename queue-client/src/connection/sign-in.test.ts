import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { failed, ok, type Result } from '@typed-queue/contracts/wire';
import { ManualRuntime, eventLoopIdle } from '../runtime.fixture.js';
import { isSignedOut, SignIn } from './sign-in.js';
import { TokenSource, type Token } from './token-source.js';

const expired = new QueueError('auth_expired', 'over');
const refused = failed(new QueueError('unauthorized', 'wrong'));
const later = failed(new QueueError('auth_unavailable', 'later'));

const begin = (token: Token) => {
  const runtime = new ManualRuntime();
  const log: string[] = [];
  const answers: ((result: Result<null>) => void)[] = [];
  const signIn = new SignIn({
    source: new TokenSource(token),
    runtime,
    authenticate: (shown, answer) => {
      log.push(`shows ${shown}`);
      answers.push(answer);
    },
    onExpired: () => log.push('expired'),
    onRenewed: () => log.push('renewed'),
    onTokenFailed: (error) => log.push(String(error)),
    onRefused: ({ code }) => log.push(`refused: ${code}`),
  });
  /** Answers what was shown last. */
  const answer = (result: Result<null>): void => answers.at(-1)?.(result);
  return { runtime, log, signIn, answer };
};

describe('a token that is no longer valid', () => {
  it('is replaced once, and what was refused is sent again in its order', async () => {
    const { log, signIn, answer } = begin(() => 'new');
    signIn.expired(expired);
    for (const name of ['one', 'two']) signIn.sendLater(() => log.push(`sends ${name}`), expired);
    await eventLoopIdle();
    answer(ok(null));
    expect(log).toEqual(['expired', 'shows new', 'sends one', 'sends two', 'renewed']);
  });

  it('is replaced also when only a refusal says so', async () => {
    const { log, signIn, answer } = begin(() => 'new');
    signIn.sendLater(() => log.push('sends'), expired);
    await eventLoopIdle();
    answer(ok(null));
    expect(log).toEqual(['expired', 'shows new', 'sends', 'renewed']);
  });

  it('ends a client whose token is a text', () => {
    const { log, signIn } = begin('old');
    signIn.expired(expired);
    expect(log).toEqual(['refused: auth_expired']);
  });

  it('is asked for again while the function throws, after longer and longer waits', async () => {
    let calls = 0;
    const { runtime, log, signIn } = begin(() => {
      if (++calls < 3) throw new Error('not now');
      return 'new';
    });
    signIn.expired(expired);
    await eventLoopIdle();
    const first = runtime.fireNextTimer();
    await eventLoopIdle();
    const second = runtime.fireNextTimer();
    await eventLoopIdle();
    expect(second).toBe(2 * (first ?? 0));
    expect(log).toEqual(['expired', 'Error: not now', 'Error: not now', 'shows new']);
  });

  it('is shown again after a retryable error', async () => {
    let calls = 0;
    const { runtime, log, signIn, answer } = begin(() => `new ${++calls}`);
    signIn.expired(expired);
    await eventLoopIdle();
    answer(later);
    runtime.fireNextTimer();
    await eventLoopIdle();
    expect(log).toEqual(['expired', 'shows new 1', 'shows new 2']);
  });

  it('ends the client when the server refuses the new one permanently', async () => {
    const { log, signIn, answer } = begin(() => 'wrong');
    signIn.expired(expired);
    await eventLoopIdle();
    answer(refused);
    expect(log).toEqual(['expired', 'shows wrong', 'refused: unauthorized']);
  });

  it('is of no interest any more when the connection is gone', async () => {
    const { log, signIn } = begin(() => 'new');
    signIn.sendLater(() => log.push('sends'), expired);
    signIn.offline();
    await eventLoopIdle();
    expect(log).toEqual(['expired']);
  });
});

describe('being signed out', () => {
  it.each([
    [refused, true],
    [failed(expired), true],
    [later, false],
    [failed(new QueueError('forbidden', 'no')), false],
    [ok(null), false],
  ])('is said by %j: %s', (result, out) => {
    expect(isSignedOut(result)).toBe(out);
  });
});
