import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import * as z from 'zod';
import { defineQueue } from '../queue.js';
import { compareSchemas } from './schema-comparison.js';
import type { JsonSchema } from './json.js';
import { schemasOf } from './queue-schemas.js';
import { undecidableIn } from './undecidable.js';

const nested = <T>(levels: number, inner: T, wrap: (inner: T) => T): T =>
  Array.from({ length: levels }).reduce<T>((part) => wrap(part), inner);

describe('a schema that is nested too deeply', () => {
  const tooDeep = [{ pointer: '', reason: expect.stringContaining('too deeply') }];

  it.each([1_000, 3_000])('is undecidable: %d levels', async (levels) => {
    const lists = nested<z.ZodType>(levels, z.string(), (part) => z.array(part));
    const others = nested<v.GenericSchema>(levels, v.string(), (part) => v.array(part));
    for (const schema of [lists, others]) {
      const { events } = await schemasOf(defineQueue('q', { events: { e: schema as never } }));
      expect(undecidableIn(events.e ?? false)).toEqual(tooDeep);
    }
  });

  it('is not compared', () => {
    const schema = nested<JsonSchema>(3_000, { type: 'string' }, (items) => ({ type: 'array', items }));
    expect(compareSchemas(schema, schema).verdict).toBe('unknown');
  });

  it('is not one of many levels that can be read', async () => {
    const objects = nested<z.ZodType>(100, z.string(), (a) => z.strictObject({ a }));
    const { events } = await schemasOf(defineQueue('q', { events: { e: objects as never } }));
    expect(undecidableIn(events.e ?? false)).toEqual([]);
    expect(compareSchemas(events.e ?? false, events.e ?? false).verdict).toBe('same');
  });
});
