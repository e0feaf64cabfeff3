import { describe, expect, it } from '@jest/globals';
import {
  call,
  defineQueue,
  event,
  fingerprintOf,
  type AnyQueue,
  type Contract,
  type QueueDefinition,
} from '@typed-queue/contracts';
import { schemasOf } from '@typed-queue/contracts/compatibility';
import type { Rights } from '@typed-queue/program';
import * as z from 'zod';
import { Guard } from './guard.js';
import { ServedSchemas } from './served-schemas.js';

const placed = z.strictObject({ id: z.string().describe('of the order') });
const cancelled = z.strictObject({ reason: z.string() }).refine(({ reason }) => reason !== '');
const orders: QueueDefinition = defineQueue('orders', { events: { placed, cancelled } });
const decidable: QueueDefinition = defineQueue('orders', { events: { placed } });
const placedSchema = {
  type: 'object',
  properties: { id: { type: 'string' } },
  required: ['id'],
  additionalProperties: false,
};

type QueueGrant = Partial<Rights['queues'][string]>;

const queueFor = (granted: QueueGrant, contract: Contract = { orders }) => {
  const rights = { publish: [], consume: [], tail: false, admin: false, ...granted };
  return new Guard(contract, { rights: { queues: { orders: rights }, models: {} } }).queue('orders');
};
const asked = async (granted: QueueGrant, known: string | null = null, contract: Contract = { orders }) =>
  (await ServedSchemas.open(contract)).contractOf(queueFor(granted, contract), known);

describe('the schemas of a queue', () => {
  it.each<[string, QueueGrant]>([
    ['a tail', { tail: true }],
    ['a group', { consume: ['a'] }],
    ['an operator', { admin: true }],
    ['a publisher of all events', { publish: ['*'] }],
  ])('are all shown to %s', async (_, granted) => {
    const { events, partial } = await asked(granted);
    expect(partial).toBe(false);
    expect(Object.keys(events ?? {})).toEqual(['placed', 'cancelled']);
  });

  it('are shown of the events that a client may publish', async () => {
    expect(await asked({ publish: ['pla*'] })).toMatchObject({
      partial: true,
      events: { placed: placedSchema },
    });
  });

  it('have no annotations, and say which are undecidable', async () => {
    const { events } = await asked({ tail: true });
    expect(events?.placed).toEqual(placedSchema);
    expect(JSON.stringify(events?.cancelled)).toContain('"x-undecidable":"a refinement');
  });

  it('have the hash that the other side computes', async () => {
    expect((await asked({ tail: true })).hash).toBe((await schemasOf(orders)).hash);
  });

  it.each([
    ['the fingerprint of the same definition', { orders: decidable }, () => fingerprintOf(decidable)],
    ['the hash of an earlier answer', { orders }, async () => (await asked({ tail: true })).hash],
  ])('are not sent to who knows %s', async (_, contract, known) => {
    expect(await asked({ tail: true }, await known(), contract)).toEqual({
      hash: expect.any(String),
      partial: false,
    });
  });

  it('are sent to who knows the fingerprint of a definition that is undecidable', async () => {
    expect(await asked({ tail: true }, fingerprintOf(orders))).toHaveProperty('events');
  });

  it('have their descriptions for who asks, of the events that it may see', async () => {
    const schemas = await ServedSchemas.open({ orders });
    const described = {
      ...placedSchema,
      properties: { id: { type: 'string', description: 'of the order' } },
    };
    expect(await schemas.annotatedOf(queueFor({ publish: ['pla*'] }))).toMatchObject({
      partial: true,
      events: { placed: described },
    });
  });

  it('have the same hash with descriptions', async () => {
    const schemas = await ServedSchemas.open({ orders });
    const queue = queueFor({ tail: true });
    expect((await schemas.annotatedOf(queue)).hash).toBe(schemas.contractOf(queue, null).hash);
  });

  it('are without descriptions where those are too large for one answer', async () => {
    const wordy = z.strictObject({ id: z.string().describe('x'.repeat(256 * 1024)) });
    const contract = { orders: defineQueue('orders', { events: { wordy, placed } }) };
    const queue = new Guard(contract).queue('orders');
    const { events } = await (await ServedSchemas.open(contract)).annotatedOf(queue);
    expect(events.wordy).toEqual(placedSchema);
    expect(events.placed).toMatchObject({ properties: { id: { description: 'of the order' } } });
  });

  it('are undecidable where they are too large for one answer', async () => {
    const large = z.enum(Array.from({ length: 300 }, (_, index) => `${index}`.padStart(1_000, 'x')));
    const huge = defineQueue('orders', { events: { placed, large, cancelled } });
    const queue = new Guard({ orders: huge }).queue('orders');
    const { events } = (await ServedSchemas.open({ orders: huge })).contractOf(queue, null);
    expect(events).toMatchObject({ placed: placedSchema, large: { 'x-undecidable': expect.any(String) } });
  });
});

describe('the declared failures of a queue', () => {
  const left = z.strictObject({ left: z.int().describe('in the store') });
  const failures = {
    mail_down: { retry: true, retryDelaysMs: [50] },
    sold_out: { retry: false, data: left },
  } as const;
  const failing: QueueDefinition = defineQueue('orders', {
    events: {
      placed: event(placed, { failures }),
      cancelled: event(cancelled, { failures: { late: { retry: false } } }),
    },
  });
  const contractFor = async (granted: QueueGrant, known: string | null = null) =>
    asked(granted, known, { orders: failing });

  it('are shown by event and code, with the schemas of their data as those of events', async () => {
    expect((await contractFor({ tail: true })).failures).toEqual({
      placed: {
        mail_down: { retry: true, retryDelaysMs: [50] },
        sold_out: {
          retry: false,
          data: {
            type: 'object',
            properties: {
              left: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
            },
            required: ['left'],
            additionalProperties: false,
          },
        },
      },
      cancelled: { late: { retry: false } },
    });
  });

  it('are shown of the events that a client may see', async () => {
    expect(Object.keys((await contractFor({ publish: ['can*'] })).failures ?? {})).toEqual(['cancelled']);
  });

  it('have their descriptions for who asks', async () => {
    const schemas = await ServedSchemas.open({ orders: failing });
    expect(await schemas.annotatedOf(queueFor({ tail: true }))).toMatchObject({
      failures: { placed: { sold_out: { data: { properties: { left: { description: 'in the store' } } } } } },
    });
  });

  it('are no part of the hash', async () => {
    expect((await contractFor({ tail: true })).hash).toBe((await asked({ tail: true })).hash);
  });

  it('are not sent to who knows the events', async () => {
    const { hash } = await contractFor({ tail: true });
    expect(await contractFor({ tail: true }, hash)).not.toHaveProperty('failures');
  });

  it('are left out where there are none', async () => {
    expect(await asked({ tail: true })).not.toHaveProperty('failures');
  });

  it('have undecidable data where those are too large for one answer', async () => {
    const large = z.enum(Array.from({ length: 300 }, (_, index) => `${index}`.padStart(1_000, 'x')));
    const huge = {
      large: { retry: false, data: large },
      small: { retry: false, data: z.literal(1) },
    } as const;
    const orders = defineQueue('orders', { events: { placed: event(placed, { failures: huge }) } });
    expect(await asked({ tail: true }, null, { orders })).toMatchObject({
      failures: {
        placed: { large: { data: { 'x-undecidable': expect.any(String) } }, small: { data: { enum: [1] } } },
      },
    });
  });
});

describe('the calls of a queue', () => {
  const calling: AnyQueue = defineQueue('orders', {
    events: {
      placed,
      count: call({
        input: placed,
        output: z.boolean(),
        failures: { late: { retry: false } },
        idempotent: true,
        timeoutMs: 100,
      }),
      find: call({ input: placed, output: z.boolean() }),
    },
  });
  const contractFor = async (granted: QueueGrant, known: string | null = null) =>
    asked(granted, known, { orders: calling });

  it('are shown with their schemas, and how they are answered', async () => {
    expect((await contractFor({ call: ['count'] })).calls).toEqual({
      count: {
        input: placedSchema,
        output: { enum: [false, true] },
        answering: { kind: 'once', idempotent: true },
        timeoutMs: 100,
      },
    });
  });

  it.each<[string, QueueGrant, readonly string[]]>([
    ['makes', { call: ['find'] }, ['find']],
    ['serves', { serve: ['count'] }, ['count']],
    ['administers', { admin: true }, ['count', 'find']],
    ['only reads', { tail: true }, []],
  ])('are shown to who %s them', async (_who, granted, names) => {
    expect(Object.keys((await contractFor(granted)).calls ?? {})).toEqual(names);
  });

  it('are shown with their failures', async () => {
    expect((await contractFor({ call: ['count'] })).failures).toEqual({ count: { late: { retry: false } } });
  });

  it('have their descriptions for who asks', async () => {
    const schemas = await ServedSchemas.open({ orders: calling });
    const rights = new Guard({ orders: calling }).queue('orders');
    expect(await schemas.annotatedOf(rights)).toMatchObject({
      calls: { find: { input: { properties: { id: { description: 'of the order' } } } } },
    });
  });

  it('are no part of the hash', async () => {
    const none = defineQueue('orders', { events: { placed } });
    const { hash } = await asked({ tail: true }, null, { orders: none });
    expect((await contractFor({ tail: true, call: ['*'] })).hash).toBe(hash);
  });

  it('are not sent to who knows the events', async () => {
    const { hash } = await contractFor({ admin: true });
    expect(await contractFor({ admin: true }, hash)).not.toHaveProperty('calls');
  });

  it('are undecidable where they are too large for one answer', async () => {
    const large = z.enum(Array.from({ length: 300 }, (_, index) => `${index}`.padStart(1_000, 'x')));
    const huge = defineQueue('orders', { events: { find: call({ input: large, output: z.boolean() }) } });
    const { calls } = (await ServedSchemas.open({ orders: huge })).contractOf(
      new Guard({ orders: huge }).queue('orders'),
      null,
    );
    expect(calls?.find).toMatchObject({
      input: { 'x-undecidable': expect.any(String) },
      output: { enum: [false, true] },
    });
  });
});

it('names the schemas that may change payloads, and where', async () => {
  const trimmed = z.strictObject({ id: z.string().trim() });
  const caught = z.strictObject({ count: z.number().catch(0) });
  const changing = defineQueue('changing', { events: { placed, trimmed, caught: caught as never } });
  const { valueChanges } = await ServedSchemas.open({ changing });
  expect(valueChanges).toEqual([
    { queue: 'changing', event: 'trimmed', pointer: '/properties/id', reason: 'a transformation' },
    { queue: 'changing', event: 'caught', pointer: '/properties/count', reason: 'the type catch of zod' },
  ]);
});

it('has a fingerprint only where all schemas of a queue are of zod and decidable', async () => {
  const textBy = (name: string, text: z.ZodString): QueueDefinition =>
    defineQueue(name, { events: { e: z.strictObject({ text }) } });
  const text = { type: 'string' };
  const standard = { ...z.string()['~standard'], vendor: 'arktype' };
  const arktype = { '~standard': standard, json: 'string', toJsonSchema: () => text };
  const plain = textBy('plain', z.string());
  const contract = {
    plain,
    refined: textBy(
      'refined',
      z.string().refine(() => true),
    ),
    other: defineQueue('other', { events: { e: arktype } }),
    flagged: textBy('flagged', z.string().regex(/a/i)),
  };
  const { fingerprints } = await ServedSchemas.open(contract);
  expect(Object.fromEntries(fingerprints)).toEqual({
    plain: fingerprintOf(plain),
    refined: null,
    flagged: null,
    other: null,
  });
});
