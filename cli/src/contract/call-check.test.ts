import { describe, expect, it } from '@jest/globals';
import { call, defineQueue, streaming, type Contract } from '@typed-queue/contracts';
import * as z from 'zod';
import { checkReport } from './check-report.js';
import { checkContract, type Mode } from './contract-check.js';
import { contractSchemas, currentSchemas } from './contract-schemas.js';

const sku = z.strictObject({ sku: z.string() });
const counted = z.strictObject({ count: z.int() });
const count = call({ input: sku, output: counted });
type Declared = Parameters<typeof defineQueue>[1]['events'];

const contractOf = (events: Declared): Contract => ({ stock: defineQueue('stock', { events }) });
const calling = (declared: Declared[string]): Contract => contractOf({ low: sku, count: declared });

const check = async (old: Contract, now: Contract, mode: Mode = 'full') =>
  checkContract(await currentSchemas(now), {
    mode,
    exports: [{ source: 'old.json', schemas: await contractSchemas(old) }],
    waivers: [],
  });

/** `backward required /input/properties/n`, of what a check of both directions finds. */
const findings = async (old: Contract, now: Contract, mode?: Mode) =>
  (await check(old, now, mode)).events
    .flatMap(({ findings }) => findings)
    .map(({ direction, rule, pointer }) => `${direction} ${rule} ${pointer}`.trim());

describe('a change of a call', () => {
  const old = calling(count);
  const durable = call({ input: sku, output: counted, durable: true });
  it.each<[string, Contract, readonly string[]]>([
    ['that is none', calling(call({ input: sku, output: counted, timeoutMs: 5 })), []],
    [
      'that allows more inputs',
      calling(call({ input: sku.extend({ n: z.int().optional() }), output: counted })),
      [],
    ],
    [
      'that requires more of inputs',
      calling(call({ input: sku.extend({ n: z.int() }), output: counted })),
      ['backward required /input/properties/n'],
    ],
    [
      'that allows other inputs, which responders cannot read',
      calling(call({ input: z.strictObject({ sku: z.union([z.string(), z.int()]) }), output: counted })),
      ['forward type /input/properties/sku'],
    ],
    [
      'that requires more of outputs',
      calling(call({ input: sku, output: counted.extend({ n: z.int() }) })),
      ['forward required /output/properties/n'],
    ],
    [
      'that allows other outputs, which callers cannot read',
      calling(call({ input: sku, output: z.strictObject({ count: z.union([z.int(), z.string()]) }) })),
      ['backward type /output/properties/count'],
    ],
    [
      'to a stream',
      calling(streaming({ input: sku, output: counted })),
      ['backward answering /answering', 'forward answering /answering'],
    ],
    ['to a durable one', calling(durable), []],
    ['that removes it', contractOf({ low: sku }), ['backward call-removed']],
    ['to an event', contractOf({ low: sku, count: sku }), ['backward call-removed']],
  ])('%s', async (_what, now, expected) => {
    expect(await findings(old, now)).toEqual(expected);
  });

  it('from a durable one matters to callers', async () => {
    expect(await findings(calling(durable), old)).toEqual(['backward answering /answering']);
  });

  it('is checked in the direction that was asked for', async () => {
    const now = calling(streaming({ input: sku, output: counted }));
    expect(await findings(old, now, 'forward')).toEqual(['forward answering /answering']);
  });

  it('of its failures is a warning', async () => {
    const failing = call({ input: sku, output: counted, failures: { busy: { retry: true } } });
    const { verdict, events } = await check(calling(failing), old);
    expect(verdict).toBe('compatible');
    expect(events.flatMap(({ findings }) => findings)).toMatchObject([
      { kind: 'warning', failure: 'busy', rule: 'failure-removed' },
    ]);
  });

  it('is reported with whom it concerns', async () => {
    const report = checkReport(await check(old, calling(streaming({ input: sku, output: counted }))));
    expect(report).toContain('callers of old.json may be refused, or not read the answer');
    expect(report).toContain('responders of old.json may not read the input, or their answer is refused');
  });
});

it('a new call is no change of the others', async () => {
  expect(await findings(contractOf({ low: sku }), calling(count))).toEqual([]);
});
