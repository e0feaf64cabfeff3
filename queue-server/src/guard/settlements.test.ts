import { describe, expect, it } from '@jest/globals';
import { DAY } from '@typed-queue/contracts';
import { deepValue, refused } from './guard.fixture.js';
import { parseSettlements } from './requests.js';

const failing = (failure: unknown, kind = 'retry'): object => ({ outcome: { kind, failure } });

describe('settlements', () => {
  it('pass unchanged', () => {
    const valid = [
      { token: 1, outcome: { kind: 'ack' } },
      {
        token: 2 ** 50,
        outcome: { kind: 'retry', delayMs: 0, reason: 'why' },
        ranges: [
          [1, 1],
          [3, 9],
        ],
      },
      { token: 3, outcome: { kind: 'retry' }, ranges: [] },
      { token: 4, outcome: { kind: 'release' } },
      { token: 0, outcome: { kind: 'extend' } },
      { token: 5, outcome: { kind: 'dead-letter' } },
      { token: 6, outcome: { kind: 'dead-letter', reason: 'why', code: 'contract_mismatch' } },
      { token: 7, outcome: { kind: 'retry', failure: { code: 'mail_down' } } },
      { token: 8, outcome: { kind: 'dead-letter', failure: { code: 'sold_out', data: null } } },
      { token: 9, outcome: { kind: 'retry', failure: { code: 'a'.repeat(63), data: 'x'.repeat(1_022) } } },
    ];
    expect(parseSettlements(valid)).toEqual(valid);
    expect(parseSettlements([])).toEqual([]);
  });

  it('pass without the fields that only later versions know', () => {
    const later = { token: 1, outcome: { kind: 'ack', delayMs: 1 }, more: 1 };
    expect(parseSettlements([later])).toEqual([{ token: 1, outcome: { kind: 'ack' } }]);
  });

  it.each<[object, RegExp]>([
    [{ token: undefined }, /0\.token: .*number/],
    [{ token: -1 }, /0\.token: /],
    [{ token: 1.5 }, /0\.token: .*int/],
    [{ outcome: undefined }, /0\.outcome: .*object/],
    [{ outcome: 'ack' }, /0\.outcome: .*object/],
    [{ outcome: { kind: 'nack' } }, /0\.outcome\.kind: /],
    [{ outcome: { kind: '__proto__' } }, /0\.outcome\.kind: /],
    [{ outcome: { kind: 'retry', delayMs: -1 } }, /0\.outcome\.delayMs: /],
    [{ outcome: { kind: 'retry', delayMs: 365 * DAY + 1 } }, /0\.outcome\.delayMs: /],
    [{ outcome: { kind: 'retry', reason: 7 } }, /0\.outcome\.reason: .*string/],
    [{ outcome: { kind: 'retry', reason: 'x'.repeat(10_001) } }, /0\.outcome\.reason: /],
    [{ outcome: { kind: 'dead-letter', reason: 'x'.repeat(10_001) } }, /0\.outcome\.reason: /],
    [{ outcome: { kind: 'dead-letter', code: 'rejected' } }, /0\.outcome\.code: /],
    [failing(7), /0\.outcome\.failure: .*object/],
    [failing({}), /0\.outcome\.failure\.code: .*string/],
    [failing({ code: 'Sold Out' }), /0\.outcome\.failure\.code: expected a small letter/],
    [failing({ code: 'a'.repeat(64) }), /0\.outcome\.failure\.code: expected a small letter/],
    [failing({ code: 'rejected' }), /0\.outcome\.failure\.code: this code is reserved/],
    [failing({ code: 'attempts_exhausted' }), /this code is reserved/],
    [failing({ code: 'contract_mismatch' }), /this code is reserved/],
    [failing({ code: 'undeclared' }), /this code is reserved/],
    [
      failing({ code: 'c', data: 'x'.repeat(1_023) }),
      /0\.outcome\.failure\.data: it has 1025 characters as JSON, more than 1024/,
    ],
    [failing({ code: 'c', data: deepValue(200) }), /0\.outcome\.failure\.data: it is nested deeper than/],
    [failing({ code: 'c', data: [Buffer.of(1)] }), /0\.outcome\.failure\.data: it holds bytes/],
    [failing({ code: 'C' }, 'dead-letter'), /0\.outcome\.failure\.code: expected a small letter/],
    [{ ranges: 7 }, /0\.ranges: .*array/],
    [{ ranges: [1] }, /0\.ranges\.0: /],
    [{ ranges: [[2, 1]] }, /0\.ranges\.0: a range ends where it begins, or after/],
    [{ ranges: [[0, 1]] }, /0\.ranges\.0\.0: /],
    [{ ranges: [[1]] }, /0\.ranges\.0: /],
    [{ ranges: [[1, 2, 3]] }, /0\.ranges\.0: /],
    [{ ranges: [[1, null]] }, /0\.ranges\.0\.1: /],
  ])('are refused with %j', (changes, text) => {
    const valid = { token: 1, outcome: { kind: 'ack' } };
    refused(parseSettlements, [{ ...valid, ...changes }], 'list of settlements', text);
  });

  it.each([null, undefined, {}, 'ack', 7])('are refused when they are %j', (input) => {
    refused(parseSettlements, input, 'list of settlements', /expected array/);
  });

  it('are refused with ranges that are too many or no ranges at all', () => {
    const valid = { token: 1, outcome: { kind: 'ack' } };
    const tooMany = Array.from({ length: 10_001 }, () => [1, 1]);
    refused(parseSettlements, [{ ...valid, ranges: tooMany }], 'list of settlements', /0\.ranges: /);
    refused(parseSettlements, [{ ...valid, ranges: deepValue() }], 'list of settlements', /0\.ranges/);
    refused(parseSettlements, deepValue(), 'list of settlements', /0: .*object/);
  });

  it('are refused in few words, however many of them are wrong', () => {
    const ranges = Array.from({ length: 10_000 }, () => [2, 1]);
    refused(
      parseSettlements,
      [{ token: 1, outcome: { kind: 'ack' }, ranges }],
      'list of settlements',
      /0\.ranges\.0/,
    );
    refused(
      parseSettlements,
      Array.from({ length: 1_000_000 }, () => 1),
      'list of settlements',
      /10000/,
    );
  });
});

describe('the ranges of settlements', () => {
  const ack = { kind: 'ack' } as const;
  const extend = { kind: 'extend' } as const;
  const release = { kind: 'release' } as const;
  const refusal = { code: 'request_invalid', details: { token: 1 } };

  it('are joined where they overlap or touch', () => {
    const ranges = [
      [5, 9],
      [1, 2],
      [3, 3],
      [6, 7],
      [9, 12],
      [20, 20],
    ];
    expect(parseSettlements([{ token: 1, outcome: ack, ranges }])).toMatchObject([
      {
        ranges: [
          [1, 3],
          [5, 12],
          [20, 20],
        ],
      },
    ]);
  });

  const twice = (one: object, other: object) => () =>
    parseSettlements([
      { token: 1, ...one },
      { token: 2, outcome: ack },
      { token: 1, ...other },
    ]);

  it.each<{ of: string; one: object; other: object }>([
    {
      of: 'overlap',
      one: { outcome: ack, ranges: [[1, 5]] },
      other: { outcome: release, ranges: [[5, 6]] },
    },
    { of: 'are both everything', one: { outcome: ack }, other: { outcome: release } },
    {
      of: 'extend the same twice',
      one: { outcome: extend, ranges: [[1, 5]] },
      other: { outcome: extend, ranges: [[1, 5]] },
    },
  ])('of one token are refused when they $of', ({ one, other }) => {
    expect(twice(one, other)).toThrow(expect.objectContaining(refusal));
  });

  it.each<{ of: string; one: object; other: object }>([
    {
      of: 'name different messages',
      one: { outcome: ack, ranges: [[1, 5]] },
      other: { outcome: release, ranges: [[6, 6]] },
    },
    { of: 'end with everything else', one: { outcome: ack, ranges: [[1, 5]] }, other: { outcome: release } },
    { of: 'extend everything first', one: { outcome: extend }, other: { outcome: ack, ranges: [[1, 5]] } },
  ])('of one token pass when they $of', ({ one, other }) => {
    expect(twice(one, other)).not.toThrow();
  });

  it('are 10,000 in all settlements of a request together', () => {
    const settlements = (count: number) =>
      Array.from({ length: count }, (_, token) => ({
        token,
        outcome: ack,
        ranges: [
          [1, 1],
          [3, 3],
        ],
      }));
    expect(parseSettlements(settlements(5_000))).toHaveLength(5_000);
    expect(() => parseSettlements(settlements(5_001))).toThrow(/10000 ranges together; these have 10002/);
  });
});
