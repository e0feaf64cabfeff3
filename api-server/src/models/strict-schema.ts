import { Schema } from 'mongoose';
import type { Fields } from './fields.js';

/** How a value of this type is stored. A string may also be the id of another document. */
type Stored<V> = V extends string
  ? StringConstructor | typeof Schema.Types.ObjectId
  : V extends number
    ? NumberConstructor
    : V extends boolean
      ? BooleanConstructor
      : V extends readonly (infer Item)[]
        ? readonly [Stored<Item>]
        : V extends object
          ? Paths<V>
          : never;

/** One path of a Mongoose schema: it is required exactly when its field is. */
interface Path<V> {
  readonly type: Stored<NonNullable<V>>;
  readonly required: undefined extends V ? false : true;
  readonly unique?: true;
  /** The name of the model that the id belongs to. The repository sees to it that the document exists. */
  readonly ref?: string;
}

/** A path for each field, and none without a field. */
export type Paths<F> = { readonly [K in keyof F]-?: Path<F[K]> };

declare const fields: unique symbol;

/** A Mongoose schema of which the compiler knows that its paths are the fields. */
export type StrictSchema<F extends Fields = Fields> = Schema & { readonly [fields]: F };

/**
 * A Mongoose schema whose paths are the fields, and what every document has. Bounds of values stand in the fields
 * alone: the repository checks them before anything is stored. Whoever writes unknown fields gets an error.
 */
export const strictSchema = <F extends Fields>(paths: NoInfer<Paths<F>>): StrictSchema<F> => {
  const entity = {
    revision: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  };
  const options = { strict: 'throw', strictQuery: 'throw', versionKey: false, minimize: false } as const;
  // Safe: the parameter's type has checked the paths; what the type adds is only for the compiler.
  return new Schema({ ...paths, ...entity }, options) as StrictSchema<F>;
};
