import * as z from 'zod';
import { defineModel } from './model.js';
import { dateTime, reference } from './special-field.js';

const shelf = z.strictObject({
  row: z.int(),
  labels: z.array(z.string()),
  productId: reference('product').optional(),
});

const fields = z.strictObject({
  code: z.string().trim().toLowerCase().min(1).max(50),
  kind: z.enum(['cold', 'dry']),
  open: z.boolean(),
  manager: z.string().nullable(),
  note: z.string().optional(),
  opened: dateTime(),
  size: z
    .strictObject({ width: z.number(), door: z.strictObject({ height: z.number().optional() }) })
    .optional(),
  shelves: z.array(shelf),
  categoryIds: z.array(reference('category')),
});

export const warehouse = defineModel({
  name: 'warehouse',
  path: 'warehouses',
  fields,
  unique: ['code'],
  filters: ['code', 'kind', 'open', 'manager', 'opened', 'categoryIds'],
  sorts: ['code', 'kind', 'open', 'opened'],
});
