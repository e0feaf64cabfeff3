import { expect, it } from '@jest/globals';
import { formExcess } from './form-bounds.js';

const list = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);
const record = (length: number): object => Object.fromEntries(list(length).map((key) => [`key ${key}`, key]));

it.each([
  ['no payload', undefined],
  ['null', null],
  ['a text', 'x'.repeat(10_000)],
  ['a list of 200 items', { items: list(200) }],
  ['500 values', record(500)],
])('a form has room for %s', (_, payload) => {
  expect(formExcess(payload)).toBeUndefined();
});

it.each([
  ['a list of 201 items', { items: list(201) }, /200 items/],
  ['a list of 20,000 items', list(20_000), /200 items/],
  ['501 values', record(501), /500 values/],
  ['501 values in inner parts', [record(300), { inner: [record(198)] }], /500 values/],
])('a form has no room for %s, and says why', (_, payload, reason) => {
  expect(formExcess(payload)).toMatch(reason);
});
