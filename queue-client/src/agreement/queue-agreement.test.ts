import { describe, expect, it } from '@jest/globals';
import { defineQueue, fingerprintOf, version, type QueueDefinition } from '@typed-queue/contracts';
import { queueSchemas, schemasOf } from '@typed-queue/contracts/compatibility';
import type { QueueContract } from '@typed-queue/contracts/wire';
import * as z from 'zod';
import { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import { refused, RequestLog } from '../requests.fixture.js';
import { ManualRuntime } from '../runtime.fixture.js';
import { until } from '../session.fixture.js';
import { Agreements } from './agreements.js';

const one = z.strictObject({ id: z.string() });
const two = z.strictObject({ id: z.string(), note: z.string().optional() });
const three = z.strictObject({ id: z.string(), note: z.string() });
const queueWith = (events: QueueDefinition['events']): QueueDefinition => defineQueue('orders', { events });

/** Uses of `orders` by a client with this definition; the test answers as the server. */
const open = (definition: QueueDefinition, isRequired = false) => {
  const server = new RequestLog();
  const runtime = new ManualRuntime();
  const emitter = new Emitter<ClientEvents>(runtime.report);
  const differs: unknown[] = [];
  emitter.on('contract:differs', (event) => differs.push(event));
  const agreements = new Agreements({ server, runtime, emitter, isRequired });
  const begin = (verb: 'read' | 'write', events?: readonly string[]) => {
    const begun: unknown[] = [];
    const use = agreements.use(verb, definition, events);
    use.begin(
      () => begun.push('begun'),
      (error) => begun.push(error),
    );
    return { use, begun };
  };
  const answer = (value: QueueContract): void => server.asks.at(-1)?.answer({ ok: true, value });
  return { agreements, server, runtime, differs, begin, answer };
};

const contractOf = async (definition: QueueDefinition): Promise<QueueContract> => ({
  ...(await schemasOf(definition)),
  partial: false,
});
const served = (definition: QueueDefinition) => ({ fingerprint: fingerprintOf(definition), since: 1 });

describe('a reader', () => {
  it('asks for no schemas where the fingerprints are equal', () => {
    const { begin, server, differs } = open(queueWith({ placed: one }));
    const { use, begun } = begin('read');
    use.served(served(queueWith({ placed: one })));
    expect(begun).toEqual(['begun']);
    expect(server.asks).toEqual([]);
    expect(differs).toEqual([]);
  });

  it('asks where its own schema checks what JSON Schema cannot say, and the server’s does not', () => {
    const refined = z.strictObject({ id: z.string().refine((id) => id !== '') });
    const { begin, server } = open(queueWith({ placed: refined }));
    begin('read').use.served(served(queueWith({ placed: one })));
    expect(server.asks).toHaveLength(1);
  });

  it('asks once for each connection where they differ, and reports each difference once', async () => {
    const newer = queueWith({ placed: two, cancelled: one });
    const { begin, answer, server, differs, agreements } = open(queueWith({ placed: one }));
    const contract = await contractOf(newer);
    const { use } = begin('read');
    use.served(served(newer));
    begin('read').use.served(served(newer));
    expect(server.asks.map(({ request }) => request)).toEqual([
      ['contract', 'orders', fingerprintOf(queueWith({ placed: one })), {}],
    ]);
    answer(contract);
    await until(() => differs.length > 0);
    const events = [
      { event: 'cancelled', verdict: 'writable', pointer: '', rule: 'event-removed' },
      { event: 'placed', verdict: 'both' },
    ];
    expect(differs).toEqual([expect.objectContaining({ queue: 'orders', events })]);
    const { hash } = await contractOf(queueWith({ placed: one }));
    const reported = ['contract', 'orders', contract.hash, { report: { hash, events } }];
    expect(server.asks[1]?.request).toEqual(reported);

    agreements.offline();
    use.served(served(newer));
    expect(server.asks[2]?.request).toEqual(reported);
    answer({ hash: contract.hash, partial: false });
    expect(differs).toHaveLength(1);
  });

  it('is reported again when the server differs in another way', async () => {
    const { begin, answer, differs, agreements } = open(queueWith({ placed: one }));
    const { use } = begin('read');
    for (const newer of [queueWith({ placed: two }), queueWith({ placed: three })]) {
      use.served(served(newer));
      answer(await contractOf(newer));
      const count = differs.length;
      await until(() => differs.length > count);
      agreements.offline();
    }
    expect(differs).toMatchObject([
      { events: [{ verdict: 'both' }] },
      { events: [{ verdict: 'readable', pointer: '/properties/note', rule: 'required' }] },
    ]);
  });

  it('reports nothing to the server where its schemas are only written in another way', async () => {
    const described = z.strictObject({ id: z.string().describe('of the order') });
    const { begin, answer, server, differs } = open(queueWith({ placed: described }), true);
    const { use, begun } = begin('read');
    use.served(served(queueWith({ placed: one })));
    answer(await contractOf(queueWith({ placed: one })));
    await until(() => begun.length > 0);
    expect(server.asks).toHaveLength(1);
    expect(differs).toEqual([]);
  });

  it('hears nothing of events that it may not see', async () => {
    const { begin, answer, differs } = open(queueWith({ placed: two, cancelled: one }));
    begin('read').use.served({ fingerprint: null, since: 1 });
    answer({ ...queueSchemas({ placed: true }), partial: true });
    await until(() => differs.length > 0);
    expect(differs).toMatchObject([{ events: [{ event: 'placed', verdict: 'writable' }] }]);
  });

  it('can read by an upcast what fits an earlier version', async () => {
    const events = { placed: three };
    const versions = { placed: [version(two, ({ id, note = '' }) => ({ id, note })), three] } as const;
    const { begin, answer, differs } = open(defineQueue('orders', { events, versions }));
    begin('read').use.served({ fingerprint: null, since: 1 });
    answer(await contractOf(queueWith({ placed: one })));
    await until(() => differs.length > 0);
    expect(differs).toMatchObject([{ events: [{ verdict: 'readable', pointer: '/properties/note' }] }]);
  });

  it('can read what fits either an earlier version or the present one', async () => {
    const versions = { placed: [version(one, ({ id }) => ({ id, note: '' })), three] } as const;
    const { begin, answer } = open(defineQueue('orders', { events: { placed: three }, versions }), true);
    const { begun } = begin('read');
    answer(await contractOf(queueWith({ placed: two })));
    await until(() => begun.length > 0);
    expect(begun).toEqual(['begun']);
  });

  it('asks again while it is refused for now', () => {
    const { begin, server, runtime } = open(queueWith({ placed: one }));
    begin('read').use.served({ fingerprint: null, since: 1 });
    server.asks.at(-1)?.answer(refused('rate_limited', { retryAfterMs: 50 }));
    expect(server.asks).toHaveLength(1);
    runtime.fireNextTimer();
    expect(server.asks).toHaveLength(2);
  });
});

describe('a writer', () => {
  it('begins at once, and asks', () => {
    const { begin, server } = open(queueWith({ placed: one }));
    expect(begin('write').begun).toEqual(['begun']);
    expect(server.asks.map(({ request: [name] }) => name)).toEqual(['contract']);
  });
});

describe('a required contract', () => {
  const older = queueWith({ placed: two, cancelled: one });
  const newer = queueWith({ placed: three, cancelled: one });

  it.each<[string, 'read' | 'write', readonly string[] | undefined, QueueDefinition, QueueDefinition]>([
    ['reads what is readable', 'read', undefined, older, newer],
    ['writes what is writable', 'write', undefined, newer, older],
    ['reads other events than those that clash', 'read', ['cancelled'], newer, older],
  ])('%s', async (...[, verb, events, own, server]) => {
    const { begin, answer } = open(own, true);
    const { begun } = begin(verb, events);
    expect(begun).toEqual([]);
    answer(await contractOf(server));
    await until(() => begun.length > 0);
    expect(begun).toEqual(['begun']);
  });

  it.each<[string, 'read' | 'write', QueueDefinition, QueueDefinition, object]>([
    ['what is not readable', 'read', newer, older, { event: 'placed', verdict: 'writable' }],
    ['what is not writable', 'write', older, newer, { event: 'placed', verdict: 'readable' }],
    [
      'what cannot be decided',
      'read',
      queueWith({ placed: one.refine(({ id }) => id !== '') }),
      older,
      { verdict: 'unknown', rule: 'undecidable' },
    ],
  ])('refuses %s', async (...[, verb, own, server, event]) => {
    const { begin, answer } = open(own, true);
    const { begun } = begin(verb);
    answer(await contractOf(server));
    await until(() => begun.length > 0);
    expect(begun).toMatchObject([
      { code: 'contract_mismatch', retryable: false, details: { queue: 'orders', events: [event] } },
    ]);
  });

  it.each(['read', 'write'] as const)(
    'of texts with bounds fits a server that names no unit: %s',
    async (verb) => {
      const bounded = queueWith({ placed: z.strictObject({ id: z.string().max(5) }) });
      const { begin, answer, differs } = open(bounded, true);
      const { begun } = begin(verb);
      const id = { type: 'string', maxLength: 5 };
      const placed = { type: 'object', properties: { id }, required: ['id'], additionalProperties: false };
      answer({ ...queueSchemas({ placed }), partial: false });
      await until(() => begun.length > 0);
      expect(begun).toEqual(['begun']);
      expect(differs).toMatchObject([{ events: [{ event: 'placed', verdict: 'both' }] }]);
    },
  );

  it('refuses when the server cannot be asked', () => {
    const { begin, server } = open(older, true);
    const { begun } = begin('read');
    server.asks.at(-1)?.answer(refused('protocol_unsupported'));
    expect(begun).toMatchObject([{ code: 'protocol_unsupported' }]);
  });

  it('begins nothing for a connection that is gone', async () => {
    const { begin, answer, agreements, server } = open(older, true);
    const { begun } = begin('read');
    agreements.offline();
    answer(await contractOf(older));
    expect(begun).toEqual([]);
    const again = begin('read');
    server.asks.at(-1)?.answer({ ok: true, value: { hash: 'h', partial: false } });
    await until(() => again.begun.length > 0);
    expect(again.begun).toEqual(['begun']);
  });
});
