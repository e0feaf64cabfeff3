import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { consequenceOf, failureOf, isPassing, type Consequence, type Failure } from './failure.js';

const answer = (code: number, status: number): Error =>
  Object.assign(new Error('answered'), { code, status });
const named = (name: string, cause?: unknown): Error =>
  Object.assign(new Error('failed', { cause }), { name });

describe.each<[what: string, error: unknown, failure: Failure, consequence: Consequence]>([
  ['a timeout', named('TimeoutError'), 'lost', 'unanswered'],
  ['nobody who answers', named('JetStreamNotEnabled'), 'lost', 'unanswered'],
  ['a connection that is lost', new QueueError('storage_unavailable', 'lost'), 'lost', 'unanswered'],
  ['a cluster without a leader', answer(10008, 503), 'lost', 'unanswered'],
  ['too many requests', answer(10167, 429), 'busy', 'unanswered'],
  ['a failure of the server', answer(10049, 500), 'busy', 'unanswered'],
  ['another last sequence', answer(10071, 400), 'superseded', 'compared'],
  ['a node that is behind', answer(10164, 400), 'behind', 'compared'],
  ['no room in files', answer(10047, 500), 'full', 'full'],
  ['a limit of the account', answer(10002, 400), 'full', 'full'],
  ['a stream that is full', answer(10077, 503), 'full', 'full'],
  ['a stream that is missing', answer(10059, 404), 'missing', 'broken'],
  ['an account without JetStream', answer(10039, 503), 'no-jetstream', 'unanswered'],
  ['its refusal', named('JetStreamNotEnabled', answer(10039, 503)), 'no-jetstream', 'unanswered'],
  ['a wrong password', named('AuthorizationError'), 'unauthorised', 'unanswered'],
  ['a message that is too large', answer(10054, 400), 'refused', 'broken'],
  ['a store that ended', new QueueError('storage_failed', 'lost'), 'broken', 'broken'],
  ['a right that is missing', named('PermissionViolationError'), 'forbidden', 'broken'],
  ['the same within another', named('Error', named('PermissionViolationError')), 'forbidden', 'broken'],
  ['an error of this server', new TypeError('x is no function'), 'broken', 'broken'],
])('%s', (_what, error, failure, consequence) => {
  it(`is ${failure}`, () => {
    expect(failureOf(error)).toBe(failure);
  });

  it(`leaves what was appended ${consequence}`, () => {
    expect(consequenceOf(error)).toBe(consequence);
  });
});

it('passes when nobody answered, or a node that is behind', () => {
  expect((['lost', 'behind', 'busy', 'superseded'] as const).map(isPassing)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
