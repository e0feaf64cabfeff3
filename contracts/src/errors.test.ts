import { describe, expect, it } from '@jest/globals';
import { errorTable, queueErrors } from './error-table.js';
import { ApiError, QueueError, type ApiErrorCode, type ErrorBody, type ErrorCode } from './errors.js';
import { failed, ok } from './result.js';

// Safe: these are the keys of the table.
const codes = Object.keys(queueErrors) as ErrorCode[];
// Safe: these are the keys of the table.
const allCodes = Object.keys(errorTable) as ApiErrorCode[];

/** As it arrives: whatever the other side's version knows. */
const fromWire = (body: object): QueueError =>
  // Safe for a test: that a body may be wrong is what is tested.
  QueueError.fromBody({ message: 'text', details: {}, retryable: false, ...body } as ErrorBody);

describe('QueueError', () => {
  it.each(codes)('%s survives the wire', (code) => {
    const sent = new QueueError(code, 'what happened', { details: { seq: 1 } });
    // Safe: it is the body of the error above.
    const body = JSON.parse(JSON.stringify(sent)) as ErrorBody;
    expect(body).toEqual({
      code,
      message: 'what happened',
      details: { seq: 1 },
      retryable: errorTable[code].retryable,
    });
    const received = QueueError.fromBody(body);
    expect(received).toBeInstanceOf(QueueError);
    expect(received.toJSON()).toEqual(body);
  });

  it.each(allCodes)('%s is retryable as its table says', (code) => {
    expect(new ApiError(code, 'text').retryable).toBe(errorTable[code].retryable);
  });

  it('is an Error with a name, and without details unless they are given', () => {
    const error = new QueueError('storage_failed', 'no disk');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'QueueError', message: 'no disk', details: {} });
  });

  it('keeps its cause to itself', () => {
    const cause = new Error('secret');
    const error = new QueueError('storage_failed', 'no disk', { cause });
    expect(error.cause).toBe(cause);
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  it('has no field for a cause that was not given', () => {
    expect('cause' in new QueueError('closed', 'closed')).toBe(false);
  });

  it.each(['a_code_of_tomorrow', 'constructor', 'toString', '__proto__'])(
    'takes the unknown code %s as internal, and keeps its text and whether to try again',
    (code) => {
      for (const retryable of [true, false]) {
        expect(fromWire({ code, message: 'new', retryable }).toJSON()).toEqual({
          code: 'internal',
          message: `${code}: new`,
          details: {},
          retryable,
        });
      }
    },
  );
});

it('an error off the wire is retryable when its sender says so, whatever this version would say', () => {
  for (const retryable of [true, false]) {
    expect(fromWire({ code: 'draining', retryable }).retryable).toBe(retryable);
    expect(fromWire({ code: 'unauthorized', retryable }).retryable).toBe(retryable);
  }
});

describe('a result', () => {
  it('holds a value', () => {
    expect(ok(1)).toEqual({ ok: true, value: 1 });
  });

  it('holds a refusal with its details', () => {
    const error = new QueueError('queue_unknown', 'no queue', { details: { queue: 'x' } });
    expect(failed(error)).toEqual({ ok: false, error: error.toJSON() });
  });

  it.each([new Error('secret'), 'secret', undefined, { code: 'closed', message: 'secret' }])(
    'says nothing of a bug: %p',
    (thrown) => {
      const result = failed(thrown);
      expect(result.error).toMatchObject({ code: 'internal', retryable: true });
      expect(JSON.stringify(result)).not.toContain('secret');
    },
  );
});
