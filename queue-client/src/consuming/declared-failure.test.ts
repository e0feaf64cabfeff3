import { describe, expect, it } from '@jest/globals';
import { defineQueue, event } from '@typed-queue/contracts';
import * as z from 'zod';
import { openSubscription, request } from './subscription.fixture.js';
import { DeclaredFailure, failOf, type AnyFail } from '../failures/declared-failure.js';

const left = z.strictObject({ left: z.int() });
const note = z.unknown();
const broken = z.unknown().refine(() => {
  throw new Error('no schema');
});
const files = defineQueue('files', {
  events: {
    save: event(z.number(), {
      failures: {
        mail_down: { retry: true },
        disk_busy: { retry: true, retryDelaysMs: [100, 2_000] },
        sold_out: { retry: false, data: left },
        noted: { retry: false, data: note },
        broken: { retry: false, data: broken },
      },
    }),
    error: event(z.number(), { failures: { of_error: { retry: false } } }),
  },
});

/** What becomes of message 1, whose handler throws what this makes. */
const thrown = (make: (fail: AnyFail) => unknown, maxAttempts?: number) => {
  const opened = openSubscription(
    (_, { fail }) => {
      // Safe: as plain JavaScript calls it.
      throw make(fail as AnyFail);
    },
    { definition: files, ...(maxAttempts && { request: { ...request, settings: { maxAttempts } } }) },
  );
  const { join, grant, runtime, server, events } = opened;
  join();
  grant({ token: 1, seqs: [1, 1] });
  runtime.endTurn();
  return { outcome: server.settles[0]?.settlements[0]?.outcome, events };
};

describe('a handler that fails in a declared way', () => {
  it('has its message delivered again, by the back-off of the group', () => {
    const { outcome, events } = thrown((fail) => fail('mail_down'));
    expect(outcome).toEqual({ kind: 'retry', reason: 'mail_down', failure: { code: 'mail_down' } });
    expect(events).toEqual([]);
  });

  it('has it delivered again by the back-off of the failure, lengthened by up to a quarter', () => {
    const { outcome } = thrown((fail) => fail('disk_busy'));
    expect(outcome).toMatchObject({ kind: 'retry', failure: { code: 'disk_busy' } });
    expect(outcome).toHaveProperty('delayMs', expect.any(Number));
    // Safe: the outcome of a retry.
    const { delayMs } = outcome as { readonly delayMs: number };
    expect(delayMs).toBeGreaterThanOrEqual(100);
    expect(delayMs).toBeLessThanOrEqual(125);
  });

  it('has it dead-lettered at once, with what comes with the failure', () => {
    const { outcome, events } = thrown((fail) => fail('sold_out', { left: 3 }));
    const failure = { code: 'sold_out', data: { left: 3 } };
    expect(outcome).toEqual({ kind: 'dead-letter', reason: 'sold_out', failure });
    expect(events).toMatchObject([['dead-letter', { ...failure, reason: 'sold_out', attempt: 1 }]]);
  });

  it('has it dead-lettered after its last attempt, with the code of the failure', () => {
    const { outcome, events } = thrown((fail) => fail('mail_down'), 1);
    expect(outcome).toMatchObject({ kind: 'retry' });
    expect(events).toMatchObject([['dead-letter', { code: 'mail_down', attempt: 1 }]]);
  });

  it.each([
    ['the cause', { cause: new Error('ECONNREFUSED') }, 'ECONNREFUSED'],
    ['the reason that is given', { cause: new Error('ECONNREFUSED'), reason: 'no mail' }, 'no mail'],
    ['its code, where the cause is no error', { cause: 'down' }, 'mail_down'],
  ])('shows %s', (_what, options, reason) => {
    expect(thrown((fail) => fail('mail_down', options)).outcome).toMatchObject({ reason });
  });

  it('shows at most 200 characters of it', () => {
    const { outcome } = thrown((fail) => fail('mail_down', { reason: 'x'.repeat(5_000) }));
    expect(outcome).toHaveProperty('reason', 'x'.repeat(200));
  });
});

describe('a handler that fails in a way that is not declared for its event', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;

  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

  it.each<[string, (fail: AnyFail) => unknown, string]>([
    [
      'of an unknown code',
      (fail) => fail('lost'),
      '"files" declares for it only mail_down, disk_busy, sold_out, noted, broken.',
    ],
    ['of the code of another event', (fail) => fail('of_error'), '"files" declares for it only mail_down'],
    [
      'with other data',
      (fail) => fail('sold_out', { left: 'three' }),
      'its data are not as declared: left: ',
    ],
    ['without its data', (fail) => fail('sold_out'), 'its data are not as declared: '],
    [
      'with data where none are declared',
      () => new DeclaredFailure({ code: 'mail_down', data: 1 }, {}),
      'it has none',
    ],
    [
      'with too much data',
      (fail) => fail('noted', 'x'.repeat(1_023)),
      'its data have 1025 characters as JSON, more than 1024',
    ],
    [
      'with data that are nested too deep',
      (fail) => fail('noted', nested(101)),
      'its data have more than 100 levels',
    ],
    ['with data that are no JSON', (fail) => fail('noted', circular), 'its data cannot be written as JSON'],
    ['whose schema throws', (fail) => fail('broken', 1), 'its data are not as declared: '],
    ['by hand', () => new DeclaredFailure({ code: 'lost' }, {}), '"files" declares for it only'],
  ])('%s: the message is delivered again, and the error says so', (_what, make, text) => {
    const { outcome, events } = thrown(make);
    expect(outcome).toEqual({
      kind: 'retry',
      reason: expect.stringContaining('A handler of "save" failed with'),
    });
    expect(events).toMatchObject([
      ['handler:error', { error: { code: 'failure_undeclared', message: expect.stringContaining(text) } }],
    ]);
  });

  it('takes data as deep as a payload may be', () => {
    expect(thrown((fail) => fail('noted', nested(100))).outcome).toMatchObject({ kind: 'dead-letter' });
  });

  it('takes as much data as may come with a failure', () => {
    const { outcome } = thrown((fail) => fail('noted', 'x'.repeat(1_022)));
    expect(outcome).toMatchObject({ kind: 'dead-letter', failure: { code: 'noted' } });
  });
});

it.each([
  ['bytes', Buffer.from('x'), { type: 'Buffer', data: [120] }],
  ['typed arrays', new Uint8Array([1, 2]), { 0: 1, 1: 2 }],
  ['times', new Date(0), '1970-01-01T00:00:00.000Z'],
])('%s come with a failure as JSON has them: requests have no attachments', (_what, data, stored) => {
  const { outcome } = thrown((fail) => fail('noted', { data }));
  expect(outcome).toMatchObject({ failure: { data: { data: stored } } });
  expect(outcome).toStrictEqual(JSON.parse(JSON.stringify(outcome)));
});

it('options may follow `undefined` where a code has no data, or be null', () => {
  const fail = failOf(files);
  expect(fail('mail_down', undefined, { reason: 'why' })).toMatchObject({ message: 'why', data: undefined });
  expect(fail('mail_down', null)).toMatchObject({ message: 'mail_down' });
});

it('a failure is an error with its code, its data and its cause', () => {
  const cause = new Error('why');
  const failure = failOf(files)('sold_out', { left: 3 }, { cause });
  expect(failure).toBeInstanceOf(Error);
  expect(failure).toMatchObject({ name: 'DeclaredFailure', code: 'sold_out', data: { left: 3 }, cause });
});
