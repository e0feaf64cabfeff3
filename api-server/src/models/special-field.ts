import * as z from 'zod';

/** Text on the wire that the database stores as something else. */
export type SpecialField = { readonly kind: 'date' } | { readonly kind: 'reference'; readonly model: string };

const specials = z.registry<SpecialField>();

/** undefined: it is stored as it is sent. */
export const specialOf = (field: z.core.$ZodType): SpecialField | undefined => specials.get(field);

/** The id of a document of another model, by the model's name. The repository sees to it that the document exists. */
export const reference = (model: string): z.ZodString =>
  z
    .string()
    .regex(/^[0-9a-f]{24}$/, `must be the id of a ${model}: 24 hexadecimal digits`)
    .register(specials, { kind: 'reference', model });

const hasMilliseconds = (text: string): boolean => !/\.\d{4}/.test(text);

const canonical = (text: string): string =>
  Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString();

/**
 * A moment: ISO 8601 text in UTC on the wire, at most to the millisecond, a `Date` in the database. What is answered
 * always has milliseconds: `2026-01-01T00:00:00.000Z`.
 */
export const dateTime = (): z.ZodISODateTime =>
  z.iso
    .datetime()
    .refine(hasMilliseconds, 'expected at most milliseconds')
    .overwrite(canonical)
    .register(specials, { kind: 'date' });
