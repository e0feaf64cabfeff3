import * as v from 'valibot';
import type { PayloadSchema } from '../../payload-schema.js';

const text = v.string();

// Safe: they take the same, and differ in what they do with other fields.
const KINDS = [v.object, v.looseObject, v.strictObject] as readonly unknown[] as readonly (typeof v.object)[];

/** Every form of an object of valibot, by name. */
export const VALIBOT_OBJECTS: readonly (readonly [string, () => PayloadSchema])[] = KINDS.flatMap(
  (object, index): [string, () => PayloadSchema][] => [
    [`object ${index} with an optional field`, () => object({ a: v.optional(text) })],
    [`object ${index} with an exactly optional field`, () => object({ a: v.exactOptional(text) })],
    [`object ${index} with a nullish field`, () => object({ a: v.nullish(text) })],
    [`object ${index} with a field that may be undefined`, () => object({ a: v.undefinedable(text) })],
    [
      `object ${index} with a field that is not optional`,
      () => object({ a: v.nonOptional(v.optional(text)) }),
    ],
    [`object ${index} with an unknown field`, () => object({ a: v.unknown() })],
    [`object ${index} with a default`, () => object({ a: v.optional(text, 'x') })],
    [`object ${index} with an inherited field`, () => object({ toString: v.optional(text) })],
    [
      `object ${index} of at least 1 field`,
      () => v.pipe(object({ a: v.optional(text), b: v.optional(v.number()) }), v.minEntries(1)),
    ],
    [
      `object ${index} of at most 1 field`,
      () => v.pipe(object({ a: v.optional(text), b: v.optional(v.number()) }), v.maxEntries(1)),
    ],
    [`object ${index} of not 1 field`, () => v.pipe(object({ a: v.optional(text) }), v.notEntries(1))],
    [`object ${index} of exactly 1 field`, () => v.pipe(object({ a: v.optional(text) }), v.entries(1))],
    [`object ${index} in a pipe`, () => v.pipe(v.looseObject({}), object({ a: v.optional(text) }))],
    [
      `object ${index} before a loose one`,
      () => v.pipe(object({ a: v.optional(text) }), v.looseObject({ a: v.optional(text) })),
    ],
    [
      `object ${index} of which a field is checked`,
      () =>
        v.pipe(
          object({ a: text }),
          v.forward(
            v.check(({ a }) => a !== 'a'),
            ['a'],
          ),
        ),
    ],
    [
      `object ${index} that is partly checked`,
      () =>
        v.pipe(
          object({ a: text }),
          v.partialCheck([['a']], ({ a }) => a !== 'a'),
        ),
    ],
    [
      `object ${index}, or one of numbers`,
      () => v.union([object({ a: text }), v.looseObject({ b: v.number() })]),
    ],
  ],
);
