import * as z from 'zod';

const address = z.strictObject({ city: z.string() });
const method = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('card'), number: z.string() }),
  z.strictObject({ kind: z.literal('voucher'), code: z.string() }),
]);
const tree: z.ZodType = z.strictObject({ name: z.string(), children: z.lazy(() => z.array(tree)) });

/** Each is a payload, and a payload without anything filled in is invalid for most. */
export const events = {
  optionals: z.strictObject({
    id: z.string(),
    method: method.optional(),
    tags: z.array(z.string()).min(1).optional(),
    to: address.optional(),
    rush: z.boolean().optional(),
    kind: z.literal('gift').optional(),
    size: z.enum(['s', 'm']).optional(),
  }),
  nullables: z.strictObject({
    to: address.nullable(),
    note: z.string().nullable(),
    method: method.nullable(),
    tags: z.array(z.string()).nullish(),
  }),
  nullFirst: z.strictObject({ to: z.union([z.null(), address]) }),
  tuple: z.strictObject({ at: z.tuple([z.number(), z.number()]) }),
  parts: z.strictObject({
    id: z.string(),
    at: z.tuple([z.number(), z.string()]),
    more: z.tuple([z.number()], z.string()).optional(),
    any: z.unknown(),
    json: z.json().optional(),
  }),
  either: z.strictObject({ to: z.union([address, z.strictObject({ fax: z.number() })]) }),
  rootUnion: method,
  rootEnum: z.enum(['s', 'm']),
  lines: z.strictObject({ lines: z.array(address) }),
  text: z.string(),
  longText: z.string().min(3),
  texts: z.strictObject({
    plain: z.string(),
    named: z.string().meta({ id: 'Named' }),
    long: z.string().min(1),
  }),
  number: z.number(),
  boolean: z.boolean(),
  list: z.array(z.string()).min(1),
  record: z.record(z.string(), z.number()),
  nullableRecord: z.record(z.string(), z.number().nullable()),
  titledItems: z.array(z.strictObject({ a: z.string() }).meta({ title: 'Row' })),
  nestedLists: z.strictObject({ rows: z.array(z.array(z.string())) }),
  records: z.strictObject({ counts: z.record(z.string(), z.number()) }),
  anything: z.strictObject({ any: z.unknown() }),
  nothing: z.null(),
  constants: z.strictObject({ one: z.literal(1), no: z.null() }),
  nested: z.strictObject({ outer: z.strictObject({ inner: z.strictObject({ a: z.string().optional() }) }) }),
  many: z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]) }),
  both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.number() })),
  numbers: z.strictObject({ a: z.number().nullable(), b: z.number(), c: z.int().optional() }),
  dates: z.strictObject({ at: z.iso.datetime({ offset: true }), mail: z.email(), id: z.uuid() }),
  choices: z.strictObject({
    flag: z.boolean(),
    number: z.union([z.literal(1), z.literal(2)]),
    size: z.enum(['s', 'm']),
  }),
  required: z.strictObject({
    id: z.string(),
    flag: z.boolean(),
    number: z.union([z.literal(1), z.literal(2)]),
    list: z.array(z.string()).nullable(),
    to: address.nullable(),
    method,
    record: z.record(z.string(), z.number()),
    inner: z.strictObject({ kind: z.literal('gift') }),
  }),
  tree,
};
