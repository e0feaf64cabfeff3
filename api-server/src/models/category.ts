import * as z from 'zod';
import { defineModel } from './model.js';
import { strictSchema } from './strict-schema.js';

const fields = z.strictObject({
  name: z.string().min(1).max(200),
  description: z.string().max(10_000).optional(),
});

export type Category = Readonly<z.infer<typeof fields>>;

/** What products are sorted into. */
export const category = defineModel<Category>({
  name: 'category',
  path: 'categories',
  fields,
  schema: strictSchema<Category>({
    name: { type: String, required: true, unique: true },
    description: { type: String, required: false },
  }),
  filters: ['name'],
  sorts: ['name'],
});
