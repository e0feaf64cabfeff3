import type * as z from 'zod';
import type { Filterable, Sortable, Storable } from './storable.js';
import { structureOf, type Structure } from './structure.js';

/** What a model's documents are made of, beside what every document has. */
export type Fields = Readonly<Record<string, unknown>>;

/** One kind of document. */
export interface Model<F extends Fields = Fields> {
  /** Its name in events: `product`. */
  readonly name: string;
  /** Its name in URLs, and that of its collection: `products`. */
  readonly path: string;
  /** What the outside may send. What it changes (`trim`) is changed before anything is stored or compared. */
  readonly fields: z.ZodObject<z.core.$ZodShape, z.core.$strict> & z.ZodType<F, F>;
  /** What the fields consist of: how they are stored, patched and compared. */
  readonly structure: Structure;
  /** Fields of which no two documents have the same value. */
  readonly unique: readonly string[];
  /** Fields that lists may be filtered by. They have an index. */
  readonly filters: readonly string[];
  /** Fields that lists may be sorted by, beside `id`, `createdAt` and `updatedAt`. They have an index. */
  readonly sorts: readonly string[];
}

/** The type of a model's documents, without what every document has. */
type FieldsOf<S extends z.core.$ZodShape> = Readonly<z.output<z.ZodObject<S, z.core.$strict>>>;

interface Definition<S extends z.core.$ZodShape> {
  readonly name: string;
  readonly path: string;
  /** `z.strictObject`, also within. */
  readonly fields: z.ZodObject<S, z.core.$strict> & { readonly shape: Storable<S> };
  readonly unique?: readonly Sortable<S>[];
  readonly filters: readonly Filterable<S>[];
  readonly sorts: readonly Sortable<S>[];
}

/**
 * Declares a model. Fields that the API could not carry in every way do not compile.
 * @throws TypeError for objects that are not strict, which the compiler cannot see
 */
export const defineModel = <S extends z.core.$ZodShape>(definition: Definition<S>): Model<FieldsOf<S>> =>
  Object.freeze({
    unique: [],
    ...definition,
    // Safe: the type of the parameter has checked that nothing is coerced: what goes in is of the type that comes out.
    fields: definition.fields as unknown as Model<FieldsOf<S>>['fields'],
    structure: structureOf(definition.fields),
  });
