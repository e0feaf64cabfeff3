import { describe, expect, it } from '@jest/globals';
import specs from '@asyncapi/specs';
import { Ajv, type AnySchema } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { join } from 'node:path';
import { runIn, withFolder, type Run } from '../run.fixture.js';

const CONTRACTS = join(import.meta.dirname, '../../../contracts/dist/index.js');
const exportAs = (...args: readonly string[]) => ['contract', 'export', ...args];

describe('an exported contract with calls', () => {
  const STOCK = `
import { call, defineContract, defineQueue, streaming } from '${CONTRACTS}';
import * as z from '${import.meta.resolve('zod')}';
const sku = z.strictObject({ sku: z.string().describe('as on the box') });
const failures = { busy: { retry: true }, sold_out: { retry: false, data: z.strictObject({ left: z.int() }) } };
export const contract = defineContract({
  stock: defineQueue('stock', { events: {
    low: sku,
    reserve: call({ input: sku, output: z.strictObject({ id: z.string() }), failures }),
    movements: streaming({ input: sku, output: z.int() }),
  } }),
  mail: defineQueue('mail', { events: { send: call({ input: z.string(), output: z.null(), durable: true }) } }),
});
`;
  const exported = async (format: string, text = STOCK): Promise<Run> => {
    const runs: Run[] = [];
    await withFolder({ 'stock.mjs': text }, async (directory) => {
      runs.push(await runIn(directory, exportAs(format, '--contract', './stock.mjs')));
    });
    const [run] = runs;
    if (run === undefined) throw new Error('nothing ran');
    return run;
  };

  it('is what a check reads', async () => {
    await withFolder({ 'stock.mjs': STOCK }, async (directory) => {
      await runIn(
        directory,
        exportAs('--json-schema', '--contract', './stock.mjs', '--out', 'contract.json'),
      );
      const args = ['contract', 'check', '--contract', './stock.mjs', '--against', 'contract.json'];
      const { exitCode, out } = await runIn(directory, args);
      expect([exitCode, out.split('\n').at(-2)]).toEqual([0, 'compatible: 4 compatible']);
    });
  });

  it('has schemas of messages for its events alone', async () => {
    const { out } = await exported('--json-schema');
    const valid = new Ajv2020({ strict: false }).compile(JSON.parse(out) as object);
    expect(valid({ queue: 'stock', event: 'low', payload: { sku: 'tea' } })).toBe(true);
    expect(valid({ queue: 'stock', event: 'reserve', payload: { sku: 'tea' } })).toBe(false);
  });

  it('is a valid AsyncAPI document, with a request and a reply for each call', async () => {
    const { out } = await exported('--asyncapi');
    const document = JSON.parse(out) as object;
    const ajv = new Ajv({ strict: false, validateFormats: false });
    // Safe: the package types them as values of JSON.
    const valid = ajv.compile(specs.schemasWithoutId['3.0.0'] as AnySchema);
    void valid(document);
    expect(valid.errors).toBeNull();
    expect(document).toMatchObject({
      operations: {
        'stock.reserve.call': {
          action: 'receive',
          messages: [{ $ref: '#/channels/stock.reserve/messages/input' }],
          reply: { messages: [{ $ref: '#/channels/stock.reserve/messages/output' }] },
          'x-failures': { busy: { retry: true }, sold_out: { retry: false } },
        },
        'stock.movements.call': { 'x-answering': { kind: 'stream' } },
      },
      channels: { 'stock.reserve': { messages: { output: { payload: { schema: { required: ['id'] } } } } } },
    });
    expect(document).not.toHaveProperty(['channels', 'mail']);
  });

  it('has a page with inputs, outputs and failures', async () => {
    const { out } = await exported('--docs');
    expect(out).toContain('<h3 id="stock.reserve">');
    expect(out).toContain('A call, answered by one output. Its callers wait 10000 ms.');
    expect(out).toContain('by one output; it is stored, and so is its answer for 3600000 ms');
    expect(out).toContain('<h4>Each output</h4>');
    expect(out).toContain('the caller gets it at once');
  });

  it('names the part of a call that it cannot export', async () => {
    const { exitCode, err } = await exported(
      '--json-schema',
      STOCK.replace('z.null()', 'z.string().refine(Boolean)'),
    );
    expect(exitCode).toBe(2);
    expect(err).toContain('mail.send at /output: a refinement');
  });
});
