import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { structureOf } from '../models/structure.js';
import { merged } from './merge-patch.js';

const inner = z.strictObject({ b: z.string().optional(), c: z.string().nullish(), d: z.string().nullable() });
const structure = structureOf(
  z.strictObject({
    a: inner.optional(),
    list: z.array(z.string()),
    must: z.string(),
    none: z.string().nullable(),
  }),
);

describe('a merge patch', () => {
  it.each([
    ['replaces a field', { must: 'x' }, { must: 'y' }, { must: 'y' }],
    ['leaves the others', { must: 'x', list: ['x'] }, { list: [] }, { must: 'x', list: [] }],
    ['removes by null what may be absent', { a: { d: 'x' }, must: 'x' }, { a: null }, { must: 'x' }],
    ['removes by null also what may be null', { a: { c: 'x' } }, { a: { c: null } }, { a: {} }],
    [
      'sets to null what must be there',
      { none: 'x', must: 'x' },
      { none: null, must: null },
      { none: null, must: null },
    ],
    ['merges objects', { a: { b: 'x', d: 'x' } }, { a: { b: 'y' } }, { a: { b: 'y', d: 'x' } }],
    ['makes an object that is absent, without its nulls', {}, { a: { b: null, d: 'x' } }, { a: { d: 'x' } }],
    ['replaces an object by what is none', { a: { b: 'x' } }, { a: ['x'] }, { a: ['x'] }],
    ['replaces arrays as a whole', { list: ['x', 'y'] }, { list: ['z'] }, { list: ['z'] }],
    ['keeps what is unknown, to be refused', {}, { more: null }, { more: null }],
    [
      'keeps __proto__ a field',
      {},
      JSON.parse('{"__proto__":{"b":1}}') as object,
      JSON.parse('{"__proto__":{"b":1}}'),
    ],
  ])('%s', (_, target, patch, result) => {
    expect(JSON.stringify(merged(structure, target, { ...patch }))).toBe(JSON.stringify(result));
  });
});
