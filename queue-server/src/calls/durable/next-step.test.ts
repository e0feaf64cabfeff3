import { describe, expect, it } from '@jest/globals';
import { QueueError, type ErrorCode } from '@typed-queue/contracts';
import type { CallEnd } from '@typed-queue/contracts/wire';
import { value } from '../calls.fixture.js';
import { nextStep, type Attempt } from './next-step.js';

const attempt: Attempt = {
  attempt: 1,
  remainingMs: 1_000,
  delayMs: (code) => (code === 'sold_out' ? undefined : 100),
};
const failure = (code: string): CallEnd => ({ kind: 'failure', failure: { code }, reason: 'why' });
const error = (code: ErrorCode): CallEnd => ({
  kind: 'error',
  error: new QueueError(code, 'text').toJSON(),
});

describe('after an attempt of a durable call', () => {
  it('its output is the answer', () => {
    expect(nextStep(value, attempt)).toEqual({ kind: 'answer', outcome: { kind: 'ack' } });
  });

  it('a failure that is final by its declaration is the answer', () => {
    expect(nextStep(failure('sold_out'), attempt)).toEqual({ kind: 'answer', outcome: { kind: 'ack' } });
  });

  it('a failure that is retried waits', () => {
    expect(nextStep(failure('offline'), attempt)).toEqual({
      kind: 'again',
      outcome: { kind: 'retry', delayMs: 100, reason: 'why', failure: { code: 'offline' } },
    });
  });

  it.each([
    ['the last', { attempt: 6 }],
    ['one that leaves no time for another', { remainingMs: 100 }],
  ])('%s, a failure that is retried is the answer, and a dead letter', (_, last) => {
    expect(nextStep(failure('offline'), { ...attempt, ...last })).toEqual({
      kind: 'answer',
      outcome: { kind: 'dead-letter', reason: 'why', failure: { code: 'offline' } },
    });
  });

  it.each<ErrorCode>(['outcome_unknown', 'call_failed', 'answer_invalid'])('%s is tried again', (code) => {
    expect(nextStep(error(code), attempt)).toMatchObject({ kind: 'again', outcome: { kind: 'retry' } });
  });

  it.each<ErrorCode>(['deadline_exceeded', 'aborted', 'payload_invalid'])('%s is the answer', (code) => {
    expect(nextStep(error(code), attempt)).toEqual({ kind: 'answer', outcome: { kind: 'ack' } });
  });

  it('a shutdown of the server counts as none', () => {
    expect(nextStep(error('draining'), attempt)).toEqual({ kind: 'again', outcome: { kind: 'release' } });
  });
});
