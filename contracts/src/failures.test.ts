import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { event } from './event.js';
import type { QueueError } from './errors.js';
import type { EventFailures } from './failures.js';
import { defineQueue } from './queue.js';

const low = z.strictObject({ sku: z.string() });
const left = z.strictObject({ left: z.int() });

/** What is wrong with a queue whose event declares these failures. */
const problemsOf = (failures: unknown): unknown => {
  try {
    // Safe: what plain JavaScript may pass.
    const declared = { schema: low, failures: failures as EventFailures };
    defineQueue('stock', { events: { low: declared } });
    return undefined;
  } catch (error) {
    const { code, details } = error as QueueError;
    return [code, details.wrong];
  }
};

describe('an event that declares failures', () => {
  const failures = { mail_down: { retry: true }, sold_out: { retry: false, data: left } } as const;

  it('keeps its schema, and its failures apart', () => {
    const queue = defineQueue('stock', { events: { low: event(low, { failures }), counted: low } });
    expect(queue.events).toEqual({ low, counted: low });
    expect(queue.failures).toEqual([
      { event: 'low', code: 'mail_down', retry: true },
      { event: 'low', code: 'sold_out', retry: false, data: left },
    ]);
  });

  it('may have none', () => {
    expect(defineQueue('stock', { events: { low } }).failures).toEqual([]);
    expect(problemsOf({})).toBeUndefined();
  });

  it('may wait in its own way before it is delivered again', () => {
    expect(problemsOf({ mail_down: { retry: true, retryDelaysMs: [0, 60_000] } })).toBeUndefined();
  });
});

describe('failures that cannot work are refused by defineQueue', () => {
  const DELAYS =
    'the failure "mail_down" of "low" has retryDelaysMs: with "retry: true" 1 to 20 whole numbers, 0 to 31536000000';

  it.each([
    ['a code that is not like one', { Mail: { retry: true } }, 'the failure code "Mail" of "low" does not match /^[a-z][a-z0-9_]{0,62}$/'], // prettier-ignore
    [
      'a code of an error',
      { overloaded: { retry: true } },
      'the failure code "overloaded" of "low" is reserved',
    ],
    [
      'a code of dead letters',
      { rejected: { retry: true } },
      'the failure code "rejected" of "low" is reserved',
    ],
    ['no word on retries', { mail_down: {} }, 'the failure "mail_down" of "low" says neither "retry: true" nor "retry: false"'], // prettier-ignore
    ['no object', { mail_down: null }, 'the failure "mail_down" of "low" is no object with "retry"'],
    ['an unknown field', { mail_down: { retry: true, delayMs: 5 } }, 'the failure "mail_down" of "low" has no field "delayMs", only retry, retryDelaysMs, data'], // prettier-ignore
    ['data without a schema', { mail_down: { retry: true, data: 'left' } }, 'the failure "mail_down" of "low" has data that are no schema'], // prettier-ignore
    ['delays without retries', { mail_down: { retry: false, retryDelaysMs: [5] } }, DELAYS],
    ['no delay', { mail_down: { retry: true, retryDelaysMs: [] } }, DELAYS],
    ['a negative delay', { mail_down: { retry: true, retryDelaysMs: [-1] } }, DELAYS],
  ])('%s', (_what, failures, wrong) => {
    expect(problemsOf(failures)).toEqual(['contract_invalid', [wrong]]);
  });

  it('too many', () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`f${index}`, { retry: true }]));
    expect(problemsOf(many)).toEqual(['contract_invalid', ['"low" has 65 failures, more than 64']]);
  });
});

it('a code with data for one event and without for another is refused', () => {
  const events = {
    low: event(low, { failures: { sold_out: { retry: false, data: left } } }),
    high: event(low, { failures: { sold_out: { retry: false } } }),
  };
  expect(() => defineQueue('stock', { events })).toThrow(
    /"sold_out" has data for one event and none for another/,
  );
});

it('an event may come without options from plain JavaScript', () => {
  // Safe: as plain JavaScript calls it.
  const made = (event as unknown as (schema: typeof low) => { readonly failures: unknown })(low);
  expect(made.failures).toEqual({});
});

it('an event without a schema is refused', () => {
  const events = { low: 'string', high: null } as unknown as Record<string, typeof low>;
  expect(() => defineQueue('stock', { events })).toThrow(
    /"low" has no schema .*; the event "high" has no schema/,
  );
});
