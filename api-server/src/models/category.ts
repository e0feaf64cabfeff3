import * as z from 'zod';
import { defineModel } from './model.js';

const fields = z.strictObject({
  name: z.string().min(1).max(200),
  description: z.string().max(10_000).optional(),
});

export type Category = Readonly<z.infer<typeof fields>>;

/** What products are sorted into. */
export const category = defineModel({
  name: 'category',
  path: 'categories',
  fields,
  unique: ['name'],
  filters: ['name'],
  sorts: ['name'],
});
