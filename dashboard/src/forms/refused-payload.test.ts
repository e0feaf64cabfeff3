import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { issuesOfRefusal } from './refused-payload.js';

const refusal = (issues: unknown) => new QueueError('payload_invalid', 'wrong', { details: { issues } });

describe('issuesOfRefusal', () => {
  it('says where a payload is wrong', () => {
    const issues = [
      { path: 'lines.0.price', message: 'too low' },
      { path: '', message: 'too many' },
    ];
    expect(issuesOfRefusal(refusal(issues))).toEqual([
      { path: ['lines', '0', 'price'], message: 'too low' },
      { path: [], message: 'too many' },
    ]);
  });

  it('leaves out what is no issue', () => {
    expect(issuesOfRefusal(refusal([null, 'x', { path: 1 }]))).toEqual([]);
  });

  it.each([new QueueError('forbidden', 'no'), new Error('x'), refusal('text')])(
    'is undefined for %s',
    (error) => {
      expect(issuesOfRefusal(error)).toBeUndefined();
    },
  );
});
