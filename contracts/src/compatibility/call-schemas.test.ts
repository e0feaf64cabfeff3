import { expect, it } from '@jest/globals';
import * as z from 'zod';
import { call, streaming } from '../call.js';
import { defineQueue } from '../queue.js';
import { callSchemasOf } from './call-schemas.js';

it('says of each call what goes in and comes out, and how it is answered', async () => {
  const queue = defineQueue('stock', {
    events: {
      low: z.string(),
      count: call({ input: z.string(), output: z.int(), idempotent: true, timeoutMs: 100 }),
      movements: streaming({ input: z.string(), output: z.boolean() }),
    },
  });
  expect(await callSchemasOf(queue)).toMatchObject({
    count: {
      input: { type: 'string' },
      output: { type: 'integer' },
      answering: { kind: 'once', idempotent: true },
      timeoutMs: 100,
    },
    movements: { output: { type: 'boolean' }, answering: { kind: 'stream' } },
  });
});

it('says nothing of a queue without calls', async () => {
  expect(await callSchemasOf(defineQueue('stock', { events: { low: z.string() } }))).toEqual({});
});
