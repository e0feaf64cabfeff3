import { expect, it } from '@jest/globals';
import { loadProducts } from './loading.js';

const PRODUCTS = 60;

it('products that are loaded into one category, one by one and in batches, each have one event', async () => {
  const whole = { statuses: { 201: PRODUCTS }, products: PRODUCTS, events: PRODUCTS, distinct: PRODUCTS };
  expect(await loadProducts(PRODUCTS, 25)).toMatchObject({ single: whole, batches: whole });
});
