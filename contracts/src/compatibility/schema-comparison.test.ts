import { describe, expect, it } from '@jest/globals';
import { type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import type { PayloadSchema } from '../payload-schema.js';
import { compareSchemas, type Verdict } from './schema-comparison.js';
import type { Inclusion } from './inclusion.js';
import type { JsonSchema } from './json.js';
import { jsonSchemaOf } from './schema/payload-schema.js';

const compare = async (own: PayloadSchema, other: PayloadSchema) =>
  compareSchemas(await jsonSchemaOf(own), await jsonSchemaOf(other));

const id = z.string();
const n = z.number();
const base = z.strictObject({ id });
const tree = (leaf: z.ZodType): z.ZodType => {
  const node: z.ZodType = z.strictObject({
    leaf,
    get children() {
      return z.array(node);
    },
  });
  return node;
};

type Row = readonly [title: string, own: z.ZodType, other: z.ZodType, Verdict, read: string, write: string];

/** Our schema, the other side's, and the rules by which reading and writing fail. */
const ROWS: readonly Row[] = [
  ['nothing differs', base, z.strictObject({ id: z.string() }), 'same', '', ''],
  [
    'a field is required here and optional there',
    z.strictObject({ id, n }),
    z.strictObject({ id, n: n.optional() }),
    'writable',
    '/properties/n required',
    '',
  ],
  ['an optional field is added there', base, z.strictObject({ id, n: n.optional() }), 'both', '', ''],
  [
    'a required field is added there',
    base,
    z.strictObject({ id, n }),
    'readable',
    '',
    '/properties/n required',
  ],
  [
    'an optional field is added here',
    z.strictObject({ id, n: n.optional() }),
    base,
    'readable',
    '',
    '/properties/n additional-field',
  ],
  [
    'a required field is added here',
    z.strictObject({ id, n }),
    base,
    'neither',
    '/properties/n required',
    '/properties/n additional-field',
  ],
  [
    'a field is added deep inside',
    z.strictObject({ a: z.array(base) }),
    z.strictObject({ a: z.array(z.strictObject({ id, n })) }),
    'readable',
    '',
    '/properties/a/items/properties/n required',
  ],
  [
    'a type differs',
    z.strictObject({ id: n }),
    base,
    'neither',
    '/properties/id type',
    '/properties/id type',
  ],
  [
    'an integer here, a number there',
    z.strictObject({ id: z.int() }),
    z.strictObject({ id: n }),
    'writable',
    '/properties/id multiple-of',
    '',
  ],
  ['an enum value is added there', z.enum(['a']), z.enum(['a', 'b']), 'writable', ' value', ''],
  [
    'nullable there',
    z.strictObject({ id }),
    z.strictObject({ id: id.nullable() }),
    'writable',
    '/properties/id value',
    '',
  ],
  ['longer texts there', id.max(3), id.max(4), 'writable', ' max-length', ''],
  ['texts of any length there', id.min(1), id, 'writable', ' min-length', ''],
  ['a higher bound there', n.max(3), n.max(4), 'writable', ' maximum', ''],
  ['an exclusive bound here', n.gt(3), n.gte(3), 'writable', ' minimum', ''],
  ['a pattern here', id.regex(/^a/), id, 'writable', ' pattern', ''],
  ['a format here', z.email(), id, 'writable', ' pattern', ''],
  ['a URL here', z.url(), id, 'writable', ' format', ''],
  ['more alternatives there', z.union([id, n]), z.union([id, n, z.boolean()]), 'writable', ' value', ''],
  [
    'an alternative is added here',
    z.discriminatedUnion('k', [
      z.strictObject({ k: z.literal('a'), n }),
      z.strictObject({ k: z.literal('b') }),
    ]),
    z.strictObject({ k: z.literal('a'), n }),
    'readable',
    '',
    '/properties/k value',
  ],
  [
    'an alternative differs inside',
    z.discriminatedUnion('k', [
      z.strictObject({ k: z.literal('a'), n }),
      z.strictObject({ k: z.literal('b') }),
    ]),
    z.discriminatedUnion('k', [
      z.strictObject({ k: z.literal('a'), n: id }),
      z.strictObject({ k: z.literal('b') }),
    ]),
    'neither',
    '/properties/n type',
    '/properties/n type',
  ],
  [
    'alternatives in one enum there',
    z.union([z.strictObject({ k: z.literal('a'), n }), z.strictObject({ k: z.literal('b'), n })]),
    z.strictObject({ k: z.enum(['a', 'b']), n }),
    'both',
    '',
    '',
  ],
  [
    'a longer tuple there',
    z.tuple([id]),
    z.tuple([id, n]),
    'neither',
    '/items additional-item',
    ' min-items',
  ],
  ['a list of at least one here', z.array(id).min(1), z.array(id), 'writable', ' min-items', ''],
  [
    'values of a record differ',
    z.record(id, n),
    z.record(id, z.int()),
    'readable',
    '',
    '/additionalProperties multiple-of',
  ],
  [
    'a record here, fields there',
    z.record(id, n),
    z.strictObject({ a: n }),
    'readable',
    '',
    '/properties/a required',
  ],
  ['a loose object there', base, z.looseObject({ id }), 'both', '', ''],
  [
    'a loose object here',
    z.looseObject({ id }),
    base,
    'readable',
    '',
    '/additionalProperties additional-field',
  ],
  ['a tree of another leaf', tree(id), tree(n), 'neither', '/properties/leaf type', '/properties/leaf type'],
  ['a tree of a wider leaf', tree(z.union([id, n])), tree(n), 'readable', '', '/properties/leaf type'],
  ['anything here', z.unknown(), base, 'readable', '', ' type'],
];

describe('comparing two schemas', () => {
  it.each(ROWS)('%s', async (...[, own, other, verdict, read, write]: Row) => {
    const comparison = await compare(own, other);
    const brief = (inclusion: Inclusion): string =>
      inclusion.kind === 'holds'
        ? ''
        : `${inclusion.differences[0].pointer} ${inclusion.differences[0].rule}`;
    expect([comparison.verdict, brief(comparison.read), brief(comparison.write)]).toEqual([
      verdict,
      read,
      write,
    ]);
  });

  it('shows a payload that is refused', async () => {
    const { write } = await compare(z.strictObject({ id, n: n.max(5) }), z.strictObject({ id, n: n.max(3) }));
    const example = { id: 'text', n: 5 };
    expect(write).toEqual({
      kind: 'fails',
      differences: [{ kind: 'fails', pointer: '/properties/n', rule: 'maximum', example }],
    });
  });

  it('is never sure of what a refinement refuses', async () => {
    const refined = z.strictObject({ id: id.refine(() => true) });
    expect((await compare(refined, refined)).verdict).toBe('unknown');
    const { read, write } = await compare(base, refined);
    expect(read).toEqual({ kind: 'holds' });
    const reason = 'a refinement (custom)';
    expect(write).toEqual({
      kind: 'unknown',
      differences: [{ kind: 'unknown', pointer: '/properties/id', rule: 'undecidable', reason }],
    });
  });

  it('finds a clash beside a refinement', async () => {
    const refined = z.strictObject({ id: id.refine(() => true), n });
    expect((await compare(refined, z.strictObject({ id, n: id }))).read).toMatchObject({
      kind: 'fails',
      differences: [{ pointer: '/properties/n' }, { kind: 'unknown', pointer: '/properties/id' }],
    });
  });

  it('names all differences, those that fail first', async () => {
    const own = z.strictObject({ id: id.regex(/^a/), n, s: id });
    const { read } = await compare(own, z.strictObject({ id: id.regex(/^ab/), n: id, s: id.optional() }));
    const differences = read.kind === 'holds' ? [] : read.differences;
    expect(differences.map(({ kind, pointer, rule }) => `${kind} ${pointer} ${rule}`)).toEqual([
      'fails /properties/s required',
      'fails /properties/n type',
      'unknown /properties/id pattern',
    ]);
  });

  it('cannot compare two patterns', async () => {
    const { verdict, read } = await compare(id.regex(/^(ab)+$/), id.regex(/^(ba|ab)+$/));
    expect(verdict).toBe('unknown');
    expect(read).toMatchObject({ kind: 'unknown', differences: [{ rule: 'pattern' }] });
  });

  it.each<[string, JsonSchema, wider: JsonSchema]>([
    ['not', { type: 'string', not: { const: 'a' } }, { type: 'string' }],
    ['if', { if: { type: 'string' }, then: { minLength: 1 } }, true],
    [
      'patternProperties',
      { type: 'object', patternProperties: { '^a': { type: 'string' } } },
      { type: 'object' },
    ],
    ['contains', { type: 'array', contains: { type: 'string' } }, { type: 'array' }],
    [
      'oneOf',
      { oneOf: [{ type: 'integer' }, { minimum: 5, type: 'number' }] },
      { anyOf: [{ type: 'integer' }, { minimum: 5, type: 'number' }] },
    ],
    ['a reference to nowhere', { $ref: '#/$defs/none' }, true],
    ['a reference to itself', { $ref: '#' }, true],
    ['an alternative that is itself', { anyOf: [{ $ref: '#' }, { type: 'string' }] }, true],
    ['a default', { type: 'string', default: 'a' }, { type: 'string' }],
  ])('a keyword that it does not read is never decided on: %s', (_keyword, schema, wider) => {
    expect(compareSchemas(schema, wider)).toMatchObject({
      read: { kind: 'unknown' },
      write: { kind: 'holds' },
    });
  });

  it.each([type('string.uuid'), z.uuid(), v.pipe(v.string(), v.uuid())])(
    'a UUID is one: %#',
    async (schema) => {
      expect((await compare(schema, schema)).verdict).toBe('same');
      expect((await compare(z.string(), schema)).verdict).toBe('readable');
    },
  );

  it('schemas that contain themselves in many ways come to an end', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `kind${index}`);
    const expression = (leaf: z.ZodType): z.ZodType => {
      const any: z.ZodType = z.lazy(() => z.union([leaf, ...kinds]));
      const kinds = names.map((name) =>
        z.strictObject({ kind: z.literal(name), a: any, b: any, c: z.array(any) }),
      );
      return any;
    };
    const { verdict, read } = await compare(expression(z.string()), expression(z.number()));
    expect(['neither', 'unknown']).toContain(verdict);
    expect(read.kind).not.toBe('holds');
    expect((await compare(expression(z.string()), expression(z.string()))).verdict).toBe('same');
    expect((await compare(expression(z.union([z.string(), n])), expression(z.string()))).verdict).toBe(
      'readable',
    );
  });

  it('a field whose name is not allowed is none', () => {
    const record = { type: 'object', propertyNames: { type: 'string', maxLength: 1 } };
    const listed = { ...record, properties: { added: { const: 1 } } };
    expect(compareSchemas(record, listed).verdict).toBe('both');
  });

  it('what it does not read is the same where all is the same', () => {
    const schema = { type: 'string', not: { const: 'a' } };
    expect(compareSchemas(schema, { ...schema }).verdict).toBe('same');
  });
});
