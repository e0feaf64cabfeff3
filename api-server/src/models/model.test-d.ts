import * as z from 'zod';
import { same } from '../../../checks/same.fixture.js';
import { defineModel, type Model } from './model.js';
import { product, type Product } from './product.js';
import { dateTime, reference } from './special-field.js';

same<Product['price'], number>(true);
same<Product['categoryId'], string | undefined>(true);
same<typeof product, Model<Product>>(true);
// @ts-expect-error a document does not change by itself
(null as unknown as Product).price = 1;

const shelf = z.strictObject({ row: z.int(), labels: z.array(z.string()), opened: dateTime().optional() });
const fields = z.strictObject({
  name: z.string().trim(),
  kind: z.enum(['cold', 'dry']).nullable(),
  width: z.number().optional(),
  note: z.string().nullish(),
  shelves: z.array(shelf),
  shelf: shelf.optional(),
  supplierIds: z.array(reference('supplier')),
  cursor: z.string(),
});
const base = {
  name: 'store',
  path: 'stores',
  fields,
  filters: ['name', 'kind', 'supplierIds'],
  sorts: ['name'],
} as const;

void defineModel(base);
// @ts-expect-error a filter that is no field
void defineModel({ ...base, filters: ['height'] });
// @ts-expect-error an object has no one value to compare with
void defineModel({ ...base, filters: ['shelf'] });
// @ts-expect-error nor has an array of objects
void defineModel({ ...base, filters: ['shelves'] });
// @ts-expect-error a filter with the name of another parameter of lists
void defineModel({ ...base, filters: ['cursor'] });
// @ts-expect-error not every store has a width
void defineModel({ ...base, sorts: ['width'] });
// @ts-expect-error null has no place in a list
void defineModel({ ...base, sorts: ['kind'] });
// @ts-expect-error two stores without a width would have the same
void defineModel({ ...base, unique: ['width'] });

const rest = { name: 'x', path: 'xs', filters: [], sorts: [] } as const;
// @ts-expect-error an object with any keys
void defineModel({ ...rest, fields: z.strictObject({ a: z.record(z.string(), z.string()) }) });
// @ts-expect-error one of several types
void defineModel({ ...rest, fields: z.strictObject({ a: z.union([z.string(), z.number()]) }) });
// @ts-expect-error a value of any type
void defineModel({ ...rest, fields: z.strictObject({ a: z.any() }) });
// @ts-expect-error a value of an unknown type
void defineModel({ ...rest, fields: z.strictObject({ a: z.unknown() }) });
// @ts-expect-error a Date is no JSON
void defineModel({ ...rest, fields: z.strictObject({ a: z.date() }) });
// @ts-expect-error a bigint is no JSON
void defineModel({ ...rest, fields: z.strictObject({ a: z.bigint() }) });
// @ts-expect-error an array of fixed length
void defineModel({ ...rest, fields: z.strictObject({ a: z.tuple([z.string(), z.string()]) }) });
// @ts-expect-error arrays in arrays
void defineModel({ ...rest, fields: z.strictObject({ a: z.array(z.array(z.string())) }) });
// @ts-expect-error items that may be null
void defineModel({ ...rest, fields: z.strictObject({ a: z.array(z.string().nullable()) }) });
// @ts-expect-error another type comes out than goes in
void defineModel({ ...rest, fields: z.strictObject({ a: z.coerce.number() }) });
// @ts-expect-error another type comes out than goes in
void defineModel({ ...rest, fields: z.strictObject({ a: z.string().transform(Number) }) });
// @ts-expect-error a field that is never absent, although it may be left out
void defineModel({ ...rest, fields: z.strictObject({ a: z.string().default('x') }) });
// @ts-expect-error numbers by names
void defineModel({ ...rest, fields: z.strictObject({ a: z.enum({ one: 1 }) }) });
// @ts-expect-error within an object
void defineModel({ ...rest, fields: z.strictObject({ a: z.strictObject({ b: z.any() }).optional() }) });
// @ts-expect-error within the objects of an array
void defineModel({ ...rest, fields: z.strictObject({ a: z.array(z.strictObject({ b: z.date() })) }) });
// @ts-expect-error what every document has
void defineModel({ ...rest, fields: z.strictObject({ revision: z.int() }) });
// @ts-expect-error what would be a path in the database
void defineModel({ ...rest, fields: z.strictObject({ 'a.b': z.int() }) });
// @ts-expect-error an operator of the database
void defineModel({ ...rest, fields: z.strictObject({ $set: z.int() }) });
// @ts-expect-error a name that Mongoose needs
void defineModel({ ...rest, fields: z.strictObject({ a: z.strictObject({ save: z.boolean() }) }) });
// @ts-expect-error a name that Mongoose needs
void defineModel({ ...rest, fields: z.strictObject({ markModified: z.boolean() }) });
// @ts-expect-error a name that BSON needs
void defineModel({ ...rest, fields: z.strictObject({ a: z.array(z.strictObject({ _bsontype: z.int() })) }) });
// @ts-expect-error a name that JavaScript needs
void defineModel({ ...rest, fields: z.strictObject({ hasOwnProperty: z.boolean() }) });
