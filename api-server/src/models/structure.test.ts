import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { dateTime, reference } from './special-field.js';
import { structureOf } from './structure.js';

describe('the structure of fields', () => {
  it('says what each of them holds', () => {
    const fields = z.strictObject({
      at: dateTime().optional(),
      by: reference('user').min(1).nullish(),
      rows: z.array(z.strictObject({ kind: z.enum(['a', 'b']) })),
    });
    const item = { value: { kind: 'string' }, optional: false, nullable: false };
    expect(structureOf(fields)).toEqual({
      at: { value: { kind: 'date' }, optional: true, nullable: false },
      by: { value: { kind: 'reference', model: 'user' }, optional: true, nullable: true },
      rows: {
        value: { kind: 'array', item: { kind: 'object', fields: { kind: item } } },
        optional: false,
        nullable: false,
      },
    });
  });

  it.each<[string, z.ZodObject]>([
    ['The fields', z.object({ a: z.string() })],
    ['a.b', z.strictObject({ a: z.strictObject({ b: z.object({}) }) })],
    ['a', z.strictObject({ a: z.array(z.looseObject({})).optional() })],
  ])('is none with an object that would take unknown fields: %s', (path, fields) => {
    expect(() => structureOf(fields)).toThrow(`${path}: expected z.strictObject`);
  });

  it.each(['revision', 'save', '_bsontype', 'hasOwnProperty', '$set', 'a.b', ''])(
    'is none with a reserved name: "%s"',
    (name) => {
      const fields = z.strictObject({ [name]: z.string() });
      const message = 'needs this name for itself';
      expect(() => structureOf(fields)).toThrow(`${name}: the database ${message}`);
      const within = z.strictObject({ rows: z.array(fields).optional() });
      expect(() => structureOf(within)).toThrow(`rows.${name}: the database ${message}`);
    },
  );
});
