import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../forms/json-object.js';
import { fieldsOf } from './schema-fields.js';

const shown = (schema: JsonObject) =>
  fieldsOf(schema).map(({ path, type, presence }) => [path, type, presence]);

const object = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
  type: 'object',
  properties,
  required,
});

describe('fieldsOf', () => {
  it('lists fields, those of nested objects after them', () => {
    const buyer = object({ name: { type: 'string' } });
    expect(shown(object({ id: { type: 'string' }, buyer }, ['id']))).toEqual([
      ['id', 'string', 'required'],
      ['buyer', 'object', 'optional'],
      ['buyer.name', 'string', 'optional'],
    ]);
  });

  it('lists the fields of what is in arrays and records', () => {
    const line = object({ n: { type: 'number' } });
    const lines = { type: 'array', items: line };
    expect(shown(object({ lines, by: { type: 'object', additionalProperties: line } }))).toEqual([
      ['lines', 'object[]', 'optional'],
      ['lines[]', 'object', undefined],
      ['lines[].n', 'number', 'optional'],
      ['by', 'Record<string, object>', 'optional'],
      ['by.[key]', 'object', undefined],
      ['by.[key].n', 'number', 'optional'],
    ]);
  });

  it('lists the choices of a union that have fields', () => {
    const anyOf = [{ type: 'null' }, object({ a: { const: 1 } })];
    expect(shown(object({ u: { anyOf } }))).toEqual([
      ['u', 'null | object', 'optional'],
      ['u(2 of 2)', 'object', undefined],
      ['u(2 of 2).a', '1', 'optional'],
    ]);
  });

  it('follows references, and a cycle once', () => {
    const node = object({ children: { type: 'array', items: { $ref: '#/$defs/node' } } });
    const root = { ...object({ tree: { $ref: '#/$defs/node' } }), $defs: { node } };
    expect(shown(root)).toEqual([
      ['tree', 'object', 'optional'],
      ['tree.children', 'object[]', 'optional'],
      ['tree.children[]', 'as tree', undefined],
    ]);
  });

  it('says where the payload is within itself', () => {
    expect(shown(object({ next: { $ref: '#' } }))).toEqual([['next', 'the payload again', 'optional']]);
  });

  it('ends where a reference leads to itself or to nothing', () => {
    const root = {
      ...object({ a: { $ref: '#/$defs/a' }, b: { $ref: '#/$defs/b' } }),
      $defs: { a: { $ref: '#/$defs/a' } },
    };
    expect(shown(root)).toEqual([
      ['a', '…', 'optional'],
      ['b', '…', 'optional'],
    ]);
  });

  it('is bounded where each level has more', () => {
    const wide = (depth: number): JsonObject =>
      object(
        Object.fromEntries(
          Array.from({ length: 10 }, (_, index) => [`f${index}`, depth === 0 ? {} : wide(depth - 1)]),
        ),
      );
    expect(fieldsOf(wide(3))).toHaveLength(300);
  });

  it('has what a field asks for, and its description', () => {
    const [field] = fieldsOf(object({ n: { type: 'integer', minimum: 1, description: 'how many' } }));
    expect(field).toMatchObject({ constraints: ['at least 1'], description: 'how many' });
  });
});
