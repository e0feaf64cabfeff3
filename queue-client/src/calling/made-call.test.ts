import { describe, expect, it } from '@jest/globals';
import { MAX_PAYLOAD_DEPTH, QueueError } from '@typed-queue/contracts';
import { shop } from './calls.fixture.js';
import { makeCall } from './made-call.js';

describe('an input', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
  const refusal = (input: unknown, validate = false): string => {
    try {
      const rules = { contract: shop, validate, now: () => 0 };
      makeCall(rules, { queue: 'stock', name: 'count', input, options: {} });
      return 'none';
    } catch (error) {
      return error instanceof QueueError ? error.code : String(error);
    }
  };

  it.each([
    ['that is no JSON', undefined, 'payload_invalid'],
    ['that is nested too deep', nested(MAX_PAYLOAD_DEPTH + 1), 'payload_invalid'],
    ['that is too large', 'x'.repeat(1024 * 1024), 'message_too_large'],
    ['as deep as it may be', nested(MAX_PAYLOAD_DEPTH), 'none'],
    ['that does not match, for the server to refuse', 7, 'none'],
  ])('%s', (_what, input, code) => {
    expect(refusal(input)).toBe(code);
  });

  it('that does not match is refused here when the client validates', () => {
    expect(refusal({ sku: 7 }, true)).toBe('payload_invalid');
    expect(refusal({ sku: 'tea' }, true)).toBe('none');
  });
});

it('an input that holds itself says so in one line', () => {
  const input: { self?: unknown } = {};
  input.self = input;
  const rules = { contract: shop, validate: false, now: () => 0 };
  expect(() => makeCall(rules, { queue: 'stock', name: 'count', input, options: {} })).toThrow(
    /^The input of "stock" "count" cannot be written as JSON: TypeError: Converting circular structure to JSON\.$/,
  );
});

describe('options', () => {
  // As plain JavaScript may give them.
  it.each<[string, object]>([
    ['a time that is a text', { timeoutMs: '5000' }],
    ['a time that is no number', { timeoutMs: NaN }],
    ['a signal that is none', { signal: {} }],
    ['an id of a call that is not durable', { id: 'a' }],
  ])('%s is refused', (_what, options) => {
    const rules = { contract: shop, validate: false, now: () => 0 };
    expect(() => makeCall(rules, { queue: 'stock', name: 'count', input: { sku: 'tea' }, options })).toThrow(
      QueueError,
    );
  });
});
