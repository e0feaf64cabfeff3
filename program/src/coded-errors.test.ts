import { describe, expect, it } from '@jest/globals';
import { ApiError, QueueError } from '@typed-queue/contracts';
import { codedErrors } from './coded-errors.js';

describe('codedErrors', () => {
  it.each([
    [new QueueError('draining', 'The server is shutting down.'), 'draining: The server is shutting down.'],
    [
      Object.assign(new Error('connect ECONNREFUSED ::1:9'), { code: 'ECONNREFUSED' }),
      'connect ECONNREFUSED ::1:9',
    ],
    ['transport close', 'transport close'],
    [
      new ApiError('database_unavailable', 'The database cannot be reached.', {
        cause: new Error('connect ECONNREFUSED 127.0.0.1:27017'),
      }),
      'database_unavailable: The database cannot be reached. (connect ECONNREFUSED 127.0.0.1:27017)',
    ],
    [
      new QueueError('storage_full', 'The disk is full: ENOSPC', { cause: new Error('ENOSPC') }),
      'storage_full: The disk is full: ENOSPC',
    ],
  ])('makes one line of %p', (err, reason) => {
    expect(codedErrors({ err, count: 2 })).toEqual({ reason, count: 2 });
  });

  it.each([
    ['a failure inside the program', new QueueError('internal', 'It failed.')],
    ['an error without a code', new TypeError('x is not a function')],
    ['an error whose code is a number', Object.assign(new Error('E11000'), { code: 11_000 })],
    ['no error', undefined],
  ])('keeps the stack of %s', (_, err) => {
    expect(codedErrors({ err, count: 2 })).toEqual({ err, count: 2 });
  });
});
