import * as z from 'zod';
import { same } from '../same.fixture.js';
import type { Category } from './category.js';
import { defineModel, type Model } from './model.js';
import { product, type Product } from './product.js';
import { strictSchema } from './strict-schema.js';

same<Product['price'], number>(true);
same<Product['categoryId'], string | undefined>(true);
same<typeof product, Model<Product>>(true);
// @ts-expect-error a document does not change by itself
(null as unknown as Product).price = 1;

const fields = z.strictObject({ name: z.string(), width: z.number().optional() });
type Shelf = Readonly<z.infer<typeof fields>>;
const paths = {
  name: { type: String, required: true },
  width: { type: Number, required: false },
} as const;
const shelf = { name: 'shelf', path: 'shelves', fields, filters: ['name'], sorts: ['name'] } as const;

void defineModel<Shelf>({ ...shelf, schema: strictSchema<Shelf>(paths) });
// @ts-expect-error a field is not stored
void strictSchema<Shelf>({ name: paths.name });
// @ts-expect-error a path that is no field
void strictSchema<Shelf>({ ...paths, height: { type: Number, required: true } });
// @ts-expect-error a number is stored as a text
void strictSchema<Shelf>({ ...paths, width: { type: String, required: false } });
// @ts-expect-error a field that documents must have is not required
void strictSchema<Shelf>({ ...paths, name: { type: String, required: false } });
// @ts-expect-error a field that documents need not have is required
void strictSchema<Shelf>({ ...paths, width: { type: Number, required: true } });
// @ts-expect-error the schema of another model
void defineModel<Category>({ ...shelf, schema: strictSchema<Category>(paths) });
// @ts-expect-error a filter that is no field
void defineModel<Shelf>({ ...shelf, schema: strictSchema<Shelf>(paths), filters: ['height'] });
// @ts-expect-error not every document has a width
void defineModel<Shelf>({ ...shelf, schema: strictSchema<Shelf>(paths), sorts: ['width'] });
