import { category } from './category.js';
import type { Model } from './model.js';
import { product } from './product.js';

/** All models that the API serves. */
export const models: readonly Model[] = [category, product];
