import type * as z from 'zod';
import type { StrictSchema } from './strict-schema.js';
import type { Fields } from './fields.js';

export type { Fields } from './fields.js';

/**
 * One kind of document: what the outside may send (`fields`, also the source of the API's description), and how
 * Mongoose stores it (`schema`, with its indexes). Both say the same: fields that differ do not compile.
 */
export interface Model<F extends Fields = Fields> {
  /** As it stands in events: `product`. */
  readonly name: string;
  /** As it stands in URLs, and the name of its collection: `products`. */
  readonly path: string;
  readonly fields: z.ZodObject<z.ZodRawShape, z.core.$strict> & z.ZodType<F, F>;
  readonly schema: StrictSchema<F>;
  /** Fields that lists may be filtered by. They have an index. */
  readonly filters: readonly (keyof F & string)[];
  /**
   * Fields that lists may be sorted by, beside `id`, `createdAt` and `updatedAt`. Required ones that hold one value; they have
   * an index.
   */
  readonly sorts: readonly (keyof F & string)[];
}

/** A place in a list needs a value that every document has, and that has an order. */
type Sortable<F> = {
  [K in keyof F & string]: F[K] extends string | number | boolean ? K : never;
}[keyof F & string];

/** Declares a model; the schemas are checked against each other. */
export const defineModel = <F extends Fields>(
  model: Model<F> & { readonly sorts: readonly Sortable<F>[] },
): Model<F> => Object.freeze(model);
