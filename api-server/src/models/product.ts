import { Schema } from 'mongoose';
import * as z from 'zod';
import { defineModel } from './model.js';
import { strictSchema } from './strict-schema.js';

const fields = z.strictObject({
  name: z.string().min(1).max(200),
  description: z.string().max(10_000).optional(),
  /** In cents. */
  price: z.int().min(0),
  stock: z.int().min(0),
  tags: z.array(z.string().min(1).max(100)).max(20),
  categoryId: z
    .string()
    .regex(/^[0-9a-f]{24}$/, 'must be the id of a category: 24 hexadecimal digits')
    .optional(),
});

export type Product = Readonly<z.infer<typeof fields>>;

/** What is sold. */
export const product = defineModel<Product>({
  name: 'product',
  path: 'products',
  fields,
  schema: strictSchema<Product>({
    name: { type: String, required: true, unique: true },
    description: { type: String, required: false },
    price: { type: Number, required: true },
    stock: { type: Number, required: true },
    tags: { type: [String], required: true },
    categoryId: { type: Schema.Types.ObjectId, required: false, ref: 'category' },
  }),
  filters: ['name', 'price', 'stock', 'tags', 'categoryId'],
  sorts: ['name', 'price', 'stock'],
});
