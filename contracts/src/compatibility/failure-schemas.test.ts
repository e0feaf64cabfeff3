import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { event } from '../event.js';
import { defineQueue } from '../queue.js';
import { untypedQueue } from '../untyped-queue.js';
import { failureSchemasOf } from './failure-schemas.js';

const low = z.strictObject({ product: z.string() });
const left = z.strictObject({ left: z.int().min(0).max(9) });
const failures = {
  mail_down: { retry: true, retryDelaysMs: [50, 100] },
  sold_out: { retry: false, data: left },
} as const;
const data = {
  type: 'object',
  properties: { left: { type: 'integer', minimum: 0, maximum: 9 } },
  required: ['left'],
  additionalProperties: false,
};

describe('failureSchemasOf', () => {
  it('has the failures of the events that declare some, with the schemas of their data', async () => {
    const queue = defineQueue('stock', { events: { low: event(low, { failures }), gone: low } });
    expect(await failureSchemasOf(queue)).toEqual({
      low: {
        mail_down: { retry: true, retryDelaysMs: [50, 100] },
        sold_out: { retry: false, data: expect.objectContaining(data) },
      },
    });
  });

  it('takes codes and events that every object has for names', async () => {
    const named = { constructor: event(low, { failures: { constructor: { retry: false } } }) };
    const declared = await failureSchemasOf(defineQueue('stock', { events: named }));
    expect(Object.entries(declared)).toEqual([['constructor', { constructor: { retry: false } }]]);
  });

  it('says where the schema of data checks more than JSON Schema can say', async () => {
    const refined = { odd: { retry: false, data: left.refine(() => true) } } as const;
    const queue = defineQueue('stock', { events: { low: event(low, { failures: refined }) } });
    expect(JSON.stringify(await failureSchemasOf(queue))).toContain('"x-undecidable":"a refinement');
  });

  it('has none of a queue whose failures only the server knows', async () => {
    expect(await failureSchemasOf(untypedQueue('stock', ['low']))).toEqual({});
  });
});
