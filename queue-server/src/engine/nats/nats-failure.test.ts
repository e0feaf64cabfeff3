import { expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { failureOf, isMissingStream, type Failure } from './nats-failure.js';

const answer = (code: number, status: number): Error =>
  Object.assign(new Error('answered'), { code, status });
const named = (name: string): Error => Object.assign(new Error('failed'), { name });

it.each<[what: string, error: unknown, failure: Failure]>([
  ['a timeout', named('TimeoutError'), 'unanswered'],
  ['nobody who answers', named('JetStreamNotEnabled'), 'unanswered'],
  ['a connection that is lost', new QueueError('storage_unavailable', 'lost'), 'unanswered'],
  ['a cluster without a leader', answer(10008, 503), 'unanswered'],
  ['too many requests', answer(10167, 429), 'unanswered'],
  ['another last sequence', answer(10071, 400), 'refused'],
  ['no room in files', answer(10047, 500), 'full'],
  ['a limit of the account', answer(10002, 400), 'full'],
  ['a stream that is full', answer(10077, 503), 'full'],
  ['a message that is too large', answer(10054, 400), 'broken'],
  ['a store that ended', new QueueError('storage_failed', 'lost'), 'broken'],
  ['a right that is missing', named('PermissionViolationError'), 'broken'],
])('takes %s for what it is', (_what, error, failure) => {
  expect(failureOf(error)).toBe(failure);
});

it('knows a stream that is missing', () => {
  expect([isMissingStream(answer(10059, 404)), isMissingStream(answer(10008, 503))]).toEqual([true, false]);
});
