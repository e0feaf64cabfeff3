import { expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { refusalText, tokenProblem } from './sign-in.js';

it('a token of 7,000 characters can be shown to a server', () => {
  expect(tokenProblem('x'.repeat(7_000))).toBeUndefined();
});

it('a longer one is refused with its length', () => {
  expect(tokenProblem('x'.repeat(20_000))).toContain('this one 20000');
});

it.each([
  [
    new QueueError('unauthorized', 'This server does not know it. Set QUEUE_TOKEN, or `token`.'),
    /know it\.$/,
  ],
  [new QueueError('unauthorized', 'No JSON Web Token: it has no subject.'), /it has no subject\.$/],
  [new QueueError('unauthorized', 'x', { details: { reason: 'withdrawn' } }), /was withdrawn/],
  [new QueueError('auth_expired', 'x'), /has expired/],
  [new QueueError('rate_limited', 'Try again in 10 s.'), /^Try again in 10 s\.$/],
])('the refusal %s is shown as a person understands it', (error, text) => {
  expect(refusalText(error)).toMatch(text);
});
