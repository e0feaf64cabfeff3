import { describe, expect, it, jest } from '@jest/globals';
import { defineQueue, newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import fc from 'fast-check';
import * as z from 'zod';
import { Guard } from './guard.js';
import { guard, parsingGuard, save } from './guard.fixture.js';
import { ServedSchemas } from './served-schemas.js';

const frameOf = (event: string, ...payloads: readonly string[]): Uint8Array =>
  encodeFrame(payloads.map((payload) => ({ id: newId(), event, payload }))).bytes;

describe('the payloads of a frame', () => {
  it('are parsed only where their bytes do not decide', async () => {
    const placed = z.strictObject({ sku: z.string().min(2), count: z.int() });
    const validate = jest.spyOn(placed['~standard'], 'validate');
    const calls = (): number => validate.mock.calls.length;
    const orders = defineQueue('orders', { events: { placed } });
    const { scans } = await ServedSchemas.open({ orders });
    const queue = new Guard({ orders }, { scans }).queue('orders');
    const good = '{"sku":"ab","count":1}';
    queue.frame(frameOf('placed', good));
    const before = calls();
    expect(queue.frame(frameOf('placed', good, good)).refused).toEqual([]);
    expect(calls() - before).toBe(0);
    const { refused } = queue.frame(
      frameOf('placed', good, '{"sku":"äb","count":1}', '{"sku":"a","count":1}'),
    );
    expect(refused).toMatchObject([{ index: 2, error: { code: 'payload_invalid' } }]);
    expect(calls() - before).toBe(2);
  });

  it('of a schema with code of its own are all parsed', async () => {
    const placed = z.strictObject({ sku: z.string().refine((sku) => sku !== 'none') });
    const orders = defineQueue('orders', { events: { placed } });
    const { scans } = await ServedSchemas.open({ orders });
    const queue = new Guard({ orders }, { scans }).queue('orders');
    expect(queue.frame(frameOf('placed', '{"sku":"none"}')).refused).toMatchObject([
      { error: { code: 'payload_invalid' } },
    ]);
  });

  it('of a schema that refuses what its JSON Schema allows are all parsed', async () => {
    const placed = z.strictObject({ count: z.union([z.string(), z.number()]) });
    const orders = defineQueue('orders', { events: { placed } });
    const { scans } = await ServedSchemas.open({ orders });
    jest.spyOn(placed['~standard'], 'validate').mockReturnValue({ issues: [{ message: 'closed today' }] });
    const queue = new Guard({ orders }, { scans }).queue('orders');
    expect(queue.frame(frameOf('placed', '{"count":1}')).refused).toMatchObject([
      { error: { message: expect.stringContaining('closed today') } },
    ]);
  });

  it('are refused as if all were parsed', () => {
    const texts = fc.oneof(
      fc.json(),
      fc
        .record({ ...record(save), durationMs: fc.double() }, { requiredKeys: [] })
        .map((value) => JSON.stringify(value)),
      fc.record(record(save)).map((value) => JSON.stringify(value)),
    );
    const queues = fc.constantFrom<[string, string]>(
      ['files', 'save'],
      ['anything', 'said'],
      ['trimmed', 'said'],
    );
    const property = fc.property(queues, fc.array(texts, { minLength: 1 }), ([queue, event], payloads) => {
      const bytes = frameOf(event, ...payloads);
      const { refused } = guard.queue(queue).frame(bytes);
      expect(refused).toEqual(parsingGuard.queue(queue).frame(bytes).refused);
    });
    fc.assert(property);
  });
});

/** The same value, or any other, in each field. */
function record(fields: Readonly<Record<string, unknown>>): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      fc.oneof({ arbitrary: fc.constant(value), weight: 5 }, fc.jsonValue({ maxDepth: 1 })),
    ]),
  );
}
