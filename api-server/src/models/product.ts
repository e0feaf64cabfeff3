import * as z from 'zod';
import { defineModel } from './model.js';
import { reference } from './special-field.js';

const fields = z.strictObject({
  name: z.string().min(1).max(200),
  description: z.string().max(10_000).optional(),
  /** In cents. */
  price: z.int().min(0),
  stock: z.int().min(0),
  tags: z.array(z.string().min(1).max(100)).max(20),
  categoryId: reference('category').optional(),
});

export type Product = Readonly<z.infer<typeof fields>>;

/** What is sold. */
export const product = defineModel({
  name: 'product',
  path: 'products',
  fields,
  unique: ['name'],
  filters: ['name', 'price', 'stock', 'tags', 'categoryId'],
  sorts: ['name', 'price', 'stock'],
});
