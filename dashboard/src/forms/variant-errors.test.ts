import { expect, it } from '@jest/globals';
import * as z from 'zod';
import { payloadIssues } from './payload-issues.js';

const pay = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('card'), number: z.string().min(8) }),
  z.strictObject({ kind: z.literal('voucher'), code: z.string() }),
]);
const ship = z.strictObject({ city: z.string(), zip: z.string().min(3) }).nullable();
const schema = z.toJSONSchema(
  z.strictObject({
    pay: pay.nullable(),
    ship,
    pays: z.array(pay),
    value: z.union([z.string(), z.number()]),
  }),
  { io: 'input' },
);
const valid = { pay: null, ship: null, pays: [], value: 1 };

it.each<[string, object, string[]]>([
  [
    'a nullable object',
    { ship: { city: 1, zip: 'a' } },
    ['ship.city must be text', 'ship.zip must have at least 3 characters'],
  ],
  ['a missing field of a nullable object', { ship: { city: 'a' } }, ['ship.zip is required']],
  [
    'the variant of its constant field',
    { pay: { kind: 'voucher', number: '1' } },
    ['pay.code is required', 'pay.number is not a field of this event'],
  ],
  ['the variant that fits best', { pay: { number: '12345678' } }, ['pay.kind is required']],
  [
    'the variant of each item',
    { pays: [{ kind: 'card', number: 1 }, { kind: 'voucher' }] },
    ['pays.0.number must be text', 'pays.1.code is required'],
  ],
])('names the fields that are wrong in %s', (_, wrong, expected) => {
  const issues = payloadIssues(schema, { ...valid, ...wrong });
  expect(issues.map(({ path, message }) => `${path.join('.')} ${message}`)).toEqual(expected);
});

it.each<[string, object, string]>([
  ['of no variant', { value: true }, 'value'],
  ['of a constant field that no variant has', { pay: { kind: 'cash' } }, 'pay'],
  ['that could be any variant', { pay: {} }, 'pay'],
])('names only the union of a value %s', (_, wrong, path) => {
  expect(payloadIssues(schema, { ...valid, ...wrong }).map((issue) => issue.path.join('.'))).toEqual([path]);
});

it('says of a value of several variants that it does not match exactly one', () => {
  const many = { oneOf: [{ type: 'string' }, { minLength: 1 }, { type: 'number' }] };
  expect(payloadIssues(many, 'x')).toEqual([
    { path: [], message: 'does not match exactly one of its variants' },
  ]);
});
