import { describe, expect, it } from '@jest/globals';
import { defineQueue, event, version, type Contract, type FailureOptions } from '@typed-queue/contracts';
import * as z from 'zod';
import type { JsonSchema } from '@typed-queue/contracts/compatibility';
import { checkContract, type Mode } from './contract-check.js';
import { contractSchemas, currentSchemas } from './contract-schemas.js';
import type { Waiver } from './waivers.js';

const base = z.strictObject({ id: z.string() });
const contractOf = (events: Record<string, z.ZodType>): Contract => ({
  orders: defineQueue('orders', { events }),
});

const check = async (old: Contract, now: Contract, mode: Mode, waivers: readonly Waiver[] = []) =>
  checkContract(await currentSchemas(now), {
    mode,
    exports: [{ source: 'old.json', schemas: await contractSchemas(old) }],
    waivers,
  });

const placed = (schema: z.ZodType): Contract => contractOf({ placed: schema });

describe('checking a contract', () => {
  type Row = [title: string, old: Contract, now: Contract, backward: string, forward: string];
  it.each<Row>([
    [
      'nothing changed',
      placed(base),
      placed(z.strictObject({ id: z.string().describe('of the order') })),
      '',
      '',
    ],
    ['an optional field is new', placed(base), placed(base.extend({ n: z.number().optional() })), '', ''],
    [
      'a required field is new',
      placed(base),
      placed(base.extend({ n: z.number() })),
      'breaking required',
      '',
    ],
    [
      'a field is removed',
      placed(base.extend({ n: z.number() })),
      placed(base),
      'breaking additional-field',
      'breaking required',
    ],
    [
      'an optional field is removed',
      placed(base.extend({ n: z.number().optional() })),
      placed(base),
      'breaking additional-field',
      '',
    ],
    ['a field becomes optional', placed(base), placed(base.partial()), '', 'breaking required'],
    [
      'a type changes',
      placed(base),
      placed(z.strictObject({ id: z.number() })),
      'breaking type',
      'breaking type',
    ],
    ['an enum grows', placed(z.enum(['a'])), placed(z.enum(['a', 'b'])), '', 'breaking value'],
    ['a bound is tightened', placed(z.number().max(5)), placed(z.number().max(4)), 'breaking maximum', ''],
    ['an event is new', placed(base), contractOf({ placed: base, paid: base }), '', ''],
    [
      'an event is removed',
      contractOf({ placed: base, paid: base }),
      placed(base),
      'breaking event-removed',
      '',
    ],
    ['a queue is removed', placed(base), {}, 'breaking queue-removed', ''],
    ['a refinement is new', placed(base), placed(base.refine(() => true)), 'undecidable undecidable', ''],
    [
      'a pattern changes',
      placed(z.string().regex(/^a+$/)),
      placed(z.string().regex(/^(a|b)+$/)),
      'undecidable pattern',
      'undecidable pattern',
    ],
  ])('%s', async (...[, old, now, backward, forward]: Row) => {
    const found = async (mode: Mode): Promise<string> =>
      (await check(old, now, mode)).events
        .flatMap(({ findings }) => findings.map(({ kind, rule }) => `${kind} ${rule}`))
        .join(', ');
    expect([await found('backward'), await found('forward')]).toEqual([backward, forward]);
  });

  it('is breaking where one event is, and undecidable where the rest is not known', async () => {
    const old = contractOf({ placed: base, paid: base, sent: base });
    const now = contractOf({
      placed: base,
      paid: base.refine(() => true),
      sent: z.strictObject({ id: z.number() }),
    });
    const { verdict, events } = await check(old, now, 'full');
    expect(verdict).toBe('breaking');
    expect(events.map(({ event, verdict }) => `${event} ${verdict}`)).toEqual([
      'placed compatible',
      'paid undecidable',
      'sent breaking',
    ]);
    expect(
      (await check(contractOf({ paid: base }), contractOf({ paid: base.refine(() => true) }), 'full'))
        .verdict,
    ).toBe('undecidable');
  });

  it('shows a payload that breaks', async () => {
    const { events } = await check(placed(base), placed(base.extend({ n: z.number() })), 'backward');
    expect(events[0]?.findings).toEqual([
      {
        kind: 'breaking',
        queue: 'orders',
        event: 'placed',
        direction: 'backward',
        against: 'old.json',
        pointer: '/properties/n',
        rule: 'required',
        example: { id: 'text' },
      },
    ]);
  });

  it('compares with every export', async () => {
    const sources = [base.extend({ n: z.number() }), base];
    const exports = await Promise.all(
      sources.map(async (schema, index) => ({
        source: `${index}.json`,
        schemas: await contractSchemas(placed(schema)),
      })),
    );
    const current = await currentSchemas(placed(base));
    const { verdict, events } = checkContract(current, { mode: 'full-transitive', exports, waivers: [] });
    expect(verdict).toBe('breaking');
    expect(new Set(events[0]?.findings.map(({ against }) => against))).toEqual(new Set(['0.json']));
  });
});

describe('an event with earlier versions', () => {
  const two = base.extend({ n: z.number() });
  const versioned: Contract = {
    orders: defineQueue('orders', {
      events: { placed: two },
      versions: { placed: [version(base, ({ id }) => ({ id, n: 0 })), two] },
    }),
  };

  it.each([
    ['what matches an earlier version', base, 'compatible'],
    ['what is narrower than an earlier version', z.strictObject({ id: z.literal('a') }), 'compatible'],
    [
      'what matches either the earlier version or the present one',
      base.extend({ n: z.number().optional() }),
      'compatible',
    ],
    [
      'what matches either, also open objects',
      z.looseObject({ id: z.string(), n: z.number().optional() }),
      'breaking',
    ],
    ['what is of another type in one of them', base.extend({ n: z.string().optional() }), 'breaking'],
    ['what matches none', z.strictObject({ id: z.number() }), 'breaking'],
  ])('reads %s', async (_, old, verdict) => {
    expect((await check(placed(old), versioned, 'backward')).verdict).toBe(verdict);
  });

  it('shows a payload that is of no version', async () => {
    const old = placed(base.extend({ n: z.string().optional() }));
    const { events } = await check(old, versioned, 'backward');
    expect(events[0]?.findings.map(({ example }) => example)).toEqual([{ id: 'text', n: 'text' }]);
  });

  it('is no hindrance for consumers of an old contract, and no help', async () => {
    expect((await check(placed(base), versioned, 'full')).verdict).toBe('compatible');
    const old = placed(base.extend({ m: z.number() }));
    const { events } = await check(old, versioned, 'forward');
    expect(events[0]?.findings.map(({ direction, rule }) => [direction, rule])).toEqual([
      ['forward', 'required'],
    ]);
  });
});

it('an export of a build that did not name the unit of lengths is compatible with the unchanged contract', () => {
  const schemasWith = (schema: JsonSchema) =>
    new Map([['orders', new Map([['placed', { kind: 'event', schema, failures: {} } as const]])]]);
  const id = { type: 'string', maxLength: 5 };
  const current = { schemas: schemasWith({ ...id, 'x-length-unit': 'utf-16' }), earlier: new Map() };
  const exports = [{ source: 'old.json', schemas: schemasWith(id) }];
  expect(checkContract(current, { mode: 'full', exports, waivers: [] }).verdict).toBe('compatible');
});

describe('the failures of an event', () => {
  const left = z.strictObject({ left: z.int() });
  const once: FailureOptions = { retry: false };
  const failing = (failures: Record<string, FailureOptions>): Contract => ({
    orders: defineQueue('orders', { events: { placed: event(base, { failures }) } }),
  });
  const findings = async (old: Contract, now: Contract, mode: Mode = 'full') =>
    (await check(old, now, mode)).events.flatMap((each) => each.findings);

  it.each<[string, Contract, Contract, readonly string[]]>([
    ['a failure is new', placed(base), failing({ sold_out: once }), []],
    [
      'what a failure does is changed',
      failing({ sold_out: once }),
      failing({ sold_out: { retry: true } }),
      [],
    ],
    [
      'its data may be more',
      failing({ f: { ...once, data: z.enum(['a']) } }),
      failing({ f: { ...once, data: z.enum(['a', 'b']) } }),
      [],
    ],
    ['a failure is removed', failing({ sold_out: once }), placed(base), [' failure-removed']],
    ['its data are new', failing({ f: once }), failing({ f: { ...once, data: left } }), [' required']],
    ['its data are removed', failing({ f: { ...once, data: left } }), failing({ f: once }), [' not-allowed']],
    [
      'its data have another type',
      failing({ f: { ...once, data: left } }),
      failing({ f: { ...once, data: z.strictObject({ left: z.string() }) } }),
      ['/properties/left type'],
    ],
    [
      'its data have the name of what every object has',
      failing({ constructor: once }),
      failing({ f: once }),
      [' failure-removed'],
    ],
  ])('warn where %s: %#', async (_, old, now, expected) => {
    expect((await findings(old, now)).map(({ pointer, rule }) => `${pointer} ${rule}`)).toEqual(expected);
  });

  it('are named in their warnings, with data that show it', async () => {
    const old = failing({ f: { ...once, data: left } });
    expect(await findings(old, failing({ f: { ...once, data: left.extend({ at: z.string() }) } }))).toEqual([
      {
        kind: 'warning',
        queue: 'orders',
        event: 'placed',
        failure: 'f',
        direction: 'backward',
        against: 'old.json',
        pointer: '/properties/at',
        rule: 'required',
        example: { left: expect.any(Number) },
      },
    ]);
  });

  it('break nothing when they are removed', async () => {
    expect((await check(failing({ sold_out: once }), placed(base), 'full')).verdict).toBe('compatible');
  });

  it('say nothing to consumers of the old contract', async () => {
    expect(await findings(failing({ sold_out: once }), placed(base), 'forward')).toEqual([]);
  });
});

describe('a waiver', () => {
  const changed = placed(z.strictObject({ id: z.number(), n: z.number() }));
  const waiver: Waiver = { rule: 'required', pointer: '/properties/n', reason: 'nobody reads it yet' };

  it('accepts what it names, and no more', async () => {
    const { verdict, events, unusedWaivers } = await check(placed(base), changed, 'backward', [waiver]);
    expect(verdict).toBe('breaking');
    expect(events[0]?.findings.map(({ rule, waived }) => [rule, waived])).toEqual([
      ['required', 'nobody reads it yet'],
      ['type', undefined],
    ]);
    expect(unusedWaivers).toEqual([]);
  });

  it('makes a change compatible when all is accepted', async () => {
    const all: Waiver[] = [waiver, { rule: 'type', queue: 'orders', event: 'placed', reason: 'migrated' }];
    expect((await check(placed(base), changed, 'backward', all)).verdict).toBe('compatible');
  });

  it('that matches nothing is named', async () => {
    const other: Waiver = { ...waiver, event: 'paid' };
    const { verdict, unusedWaivers } = await check(placed(base), changed, 'backward', [other]);
    expect([verdict, unusedWaivers]).toEqual(['breaking', [other]]);
  });
});
