import { expect, it } from '@jest/globals';
import { requiredFirst } from './field-order.js';

const fields = ['amount', 'city', 'note', 'product'].map((name) => ({ name }));
const names = (required?: readonly string[]) => requiredFirst(fields, required).map(({ name }) => name);

it('required fields come before optional ones, each in their order', () => {
  expect(names(['product', 'city'])).toEqual(['city', 'product', 'amount', 'note']);
});

it('fields of which none is required keep their order', () => {
  expect(names()).toEqual(['amount', 'city', 'note', 'product']);
});
