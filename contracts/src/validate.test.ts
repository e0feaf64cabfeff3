import { describe, expect, it } from '@jest/globals';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as z from 'zod';
import type { PayloadSchema } from './payload-schema.js';
import { contract } from './system.js';
import { findIssues } from './validate.js';

const { database, files } = contract;
const saved = { path: 'a.txt', bytes: 3, sha256: 'abc', durationMs: 0.5 };

/** A schema made by hand, of what Standard Schema asks for and nothing more. */
const schemaOf = (validate: StandardSchemaV1.Props['validate']): PayloadSchema => ({
  '~standard': { version: 1, vendor: 'test', validate },
});

describe('findIssues', () => {
  it('finds none in a valid payload', () => {
    expect(findIssues(files.events.save, saved)).toBeUndefined();
  });

  it('names every place that is wrong, and what is wrong there', () => {
    const schema = z.strictObject({ id: z.string(), tags: z.array(z.strictObject({ name: z.string() })) });
    const issues = findIssues(schema, { id: 1, tags: [{ name: 'a' }, { name: 2 }] });
    expect(issues?.map(({ path }) => path)).toEqual(['id', 'tags.1.name']);
    expect(issues?.every(({ message }) => message.includes('expected string'))).toBe(true);
  });

  it.each([undefined, null, 1, 'text', [], {}, { ...saved, bytes: -1 }, { ...saved, bytes: 0.5 }])(
    'finds what is wrong with %p',
    (payload) => {
      expect(findIssues(files.events.save, payload)).not.toHaveLength(0);
    },
  );

  it('finds a field too many, of the payload as a whole', () => {
    expect(findIssues(files.events.save, { ...saved, more: 1 })).toEqual([
      { path: '', message: expect.stringContaining('more') },
    ]);
  });

  it('takes any Standard Schema', () => {
    const even = schemaOf((value) =>
      value === 2
        ? { value }
        : {
            issues: [{ message: 'not two' }, { message: 'odd', path: ['list', 0, { key: Symbol.for('s') }] }],
          },
    );
    expect(findIssues(even, 2)).toBeUndefined();
    expect(findIssues(even, 3)).toEqual([
      { path: '', message: 'not two' },
      { path: 'list.0.Symbol(s)', message: 'odd' },
    ]);
  });

  it('refuses a schema that would have to be waited for', () => {
    const later = schemaOf((value) => Promise.resolve({ value }));
    expect(() => findIssues(later, 1)).toThrow(expect.objectContaining({ code: 'contract_invalid' }));
    const asynchronous = z.string().refine(() => Promise.resolve(true));
    expect(() => findIssues(asynchronous, 'x')).toThrow(
      expect.objectContaining({ code: 'contract_invalid' }),
    );
  });
});

describe('a schema that changes a value', () => {
  const change = (schema: PayloadSchema, payload: unknown): unknown => {
    try {
      return findIssues(schema, payload);
    } catch (error) {
      return error;
    }
  };
  const refusedAt = (path: string): unknown =>
    expect.objectContaining({ code: 'schema_changes_value', details: { path } });

  it.each([
    ['catch', z.strictObject({ n: z.number().catch(0) }), { n: 'not a number' }, 'n'],
    ['default', z.strictObject({ n: z.number().default(0) }), {}, 'n'],
    ['prefault', z.strictObject({ n: z.string().prefault('a') }), {}, 'n'],
    ['trim', z.array(z.string().trim()), ['a', ' b '], '1'],
    ['toLowerCase', z.string().toLowerCase(), 'A', ''],
    ['transform', z.strictObject({ s: z.string().transform((s) => s.toUpperCase()) }), { s: 'a' }, 's'],
    ['coerce', z.strictObject({ n: z.coerce.number() }), { n: '1' }, 'n'],
    ['overwrite', z.strictObject({ n: z.number().overwrite(Math.round) }), { n: 1.5 }, 'n'],
    ['a codec', z.codec(z.string(), z.string(), { decode: (s) => `${s}!`, encode: (s) => s }), 'a', ''],
  ])('%s is named with the path', (_, schema, payload, path) => {
    expect(change(schema, payload)).toEqual(refusedAt(path));
  });

  it.each([
    ['trim', z.string().trim(), 'a'],
    ['catch', z.number().catch(0), 1],
    ['default', z.strictObject({ n: z.number().default(0) }), { n: 1 }],
  ])('%s accepts what it leaves as it is', (_, schema, payload) => {
    expect(change(schema, payload)).toBeUndefined();
  });

  it('may drop fields that it does not know', () => {
    expect(change(z.object({ a: z.number() }), { a: 1, more: 2 })).toBeUndefined();
  });
});

describe("this system's payloads", () => {
  const before = { _id: '1', tags: ['a', { b: null }], price: 1.5 };
  const model = 'product';

  it.each([
    ['create', { model, id: '1', after: before }],
    ['read', { model, id: '1', count: 1 }],
    ['read', { model, filter: { price: { $gt: 1 } }, count: 0 }],
    ['update', { model, id: '1', before, after: {}, changed: ['price'] }],
    ['delete', { model, id: '1', before }],
    ['error', { model, operation: 'update', id: '1', code: 'E11000', message: 'twice' }],
    ['error', { model, operation: 'read', code: 'x', message: 'y' }],
  ] as const)('of %s', (event, payload) => {
    expect(findIssues(database.events[event], payload)).toBeUndefined();
  });

  it.each([
    ['read', { model, count: 1 }],
    ['read', { model, id: '1', filter: {}, count: 1 }],
    ['create', { model, id: '1', after: ['a list'] }],
    ['update', { model, id: '1', before, after: {} }],
    ['error', { model, operation: 'save', code: 'x', message: 'y' }],
  ] as const)('not of %s: %j', (event, payload) => {
    expect(findIssues(database.events[event], payload)).toBeDefined();
  });
});
