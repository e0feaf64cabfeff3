import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue, version, type AnyMessage, type Contract } from '@typed-queue/contracts';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { connect } from '../connect.js';
import type { EventDifference } from './contract-difference.js';

const placed1 = z.strictObject({ id: z.string() });
const placed2 = z.strictObject({ id: z.string(), note: z.string().optional() });
const placed3 = z.strictObject({ id: z.string(), note: z.string(), lines: z.array(z.string()).optional() });
const cancelled = z.strictObject({ id: z.string(), reason: z.string() });

const one = defineContract({ orders: defineQueue('orders', { events: { placed: placed1 } }) });
/** A field added, and an event. */
const two = defineContract({ orders: defineQueue('orders', { events: { placed: placed2, cancelled } }) });
/** A field made required, and one added. */
const three = defineContract({
  orders: defineQueue('orders', {
    events: { placed: placed3, cancelled },
    versions: {
      placed: [
        version(placed1, ({ id }) => ({ id })),
        version(placed2, ({ id, note = 'none' }) => ({ id, note })),
        placed3,
      ],
    },
  }),
});

const ROUNDS = 12;

/** What each publisher publishes in a round. */
const publishers = [
  async (url: string) => {
    const queue = connect(one, { url, name: 'publisher-1' });
    for (let n = 0; n < ROUNDS; n++) await queue.publish('orders', 'placed', { id: `1-${n}` });
    return queue;
  },
  async (url: string) => {
    const queue = connect(two, { url, name: 'publisher-2' });
    for (let n = 0; n < ROUNDS; n++) {
      await queue.publish('orders', 'placed', n % 2 === 0 ? { id: `2-${n}` } : { id: `2-${n}`, note: 'two' });
      await queue.publish('orders', 'cancelled', { id: `2-${n}`, reason: 'test' });
    }
    return queue;
  },
  async (url: string) => {
    const queue = connect(three, { url, name: 'publisher-3' });
    for (let n = 0; n < ROUNDS; n++) {
      await queue.publish('orders', 'placed', { id: `3-${n}`, note: 'three', lines: [] });
      await queue.publish('orders', 'cancelled', { id: `3-${n}`, reason: 'test' });
    }
    return queue;
  },
];

/** A consumer, what it handled, and what was reported to it. */
const consumer = (contract: typeof one, url: string, group: string) => {
  const queue = connect(contract, { url });
  const handled: AnyMessage[] = [];
  const reported: (readonly EventDifference[])[] = [];
  const wrong: unknown[] = [];
  queue.on('contract:differs', ({ events }) => reported.push(events));
  queue.on('error', ({ error }) => wrong.push(error));
  queue.on('handler:error', ({ error }) => wrong.push(error));
  queue.on('dead-letter', ({ reason }) => wrong.push(reason));
  const options = { group, retryDelaysMs: [1] };
  const { ready } = queue.subscribe('orders', options, (message) => void handled.push(message));
  return { queue, handled, reported, wrong, ready };
};

// Safe: a consumer of another version, whose handlers look at every payload as unknown.
const contracts = [one, two as unknown as typeof one, three as unknown as typeof one];
const eventsOf = (reported: readonly (readonly EventDifference[])[]) =>
  reported.map((events) => events.map(({ event, verdict }) => `${event} ${verdict}`));

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rolling-deploy-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const serve = (contract: Contract): Promise<TestServer> => startTestServer({ contract, dataDir });

/** What version 1, 2 and 3 get reported by a server of each version. */
const REPORTED = [
  [[], [['cancelled readable', 'placed readable']], [['cancelled readable', 'placed readable']]],
  [[['cancelled writable', 'placed both']], [], [['placed readable']]],
  [[['cancelled writable', 'placed readable']], [['placed readable']], []],
];

describe('consumers of the versions 1, 2 and 3 at once', () => {
  it.each([1, 2, 3])('handle all that is published to a server of version %i', async (age) => {
    const server = await serve(contracts[age - 1] ?? one);
    const shared = contracts.map((contract) => consumer(contract, server.url, 'shared'));
    const alone = contracts.map((contract, index) => consumer(contract, server.url, `alone-${index + 1}`));
    const all = [...shared, ...alone];
    await Promise.all(all.map(({ ready }) => ready));
    const publisher = await publishers[age - 1]?.(server.url);
    const newest = alone.at(-1)?.queue ?? shared[0]?.queue;
    for (;;) {
      const groups = (await newest?.admin.groups('orders')) ?? [];
      expect(groups.map(({ deadLetters }) => deadLetters)).toEqual([0, 0, 0, 0]);
      if (groups.every(({ depth }) => depth === 0)) break;
      await setTimeout(5);
    }
    const published = age === 1 ? ROUNDS : 2 * ROUNDS;
    const seqs = shared.flatMap(({ handled }) => handled.map(({ seq }) => seq)).sort((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: published }, (_, index) => index + 1));
    expect(alone.map(({ handled }) => handled.length)).toEqual([ROUNDS, published, published]);
    const notes = alone[2]?.handled.filter(({ event }) => event === 'placed');
    expect(notes?.filter(({ payload }) => !placed3.safeParse(payload).success)).toEqual([]);
    expect(all.flatMap(({ wrong }) => wrong)).toEqual([]);
    const expected = [...(REPORTED[age - 1] ?? []), ...(REPORTED[age - 1] ?? [])];
    while (!all.every(({ reported }, index) => reported.length >= (expected[index]?.length ?? 0)))
      await setTimeout(5);
    expect(all.map(({ reported }) => eventsOf(reported))).toEqual(expected);
    await publisher?.close();
    await Promise.all(all.map(({ queue }) => queue.close()));
    await server.close();
  });

  it('read what was stored while the server had each version, also by a tail', async () => {
    for (const [index, publish] of publishers.entries()) {
      const server = await serve(contracts[index] ?? one);
      await (await publish(server.url)).close();
      await server.close();
    }
    const server = await serve(two);
    const all = contracts.map((contract, index) => consumer(contract, server.url, `g-${index}`));
    const expected = [3 * ROUNDS, 5 * ROUNDS, 5 * ROUNDS];
    while (!all.every(({ handled }, index) => handled.length >= (expected[index] ?? 0))) await setTimeout(5);
    expect(all.map(({ handled }) => handled.length)).toEqual(expected);
    expect(all.flatMap(({ wrong }) => wrong)).toEqual([]);

    const newest = connect(three, { url: server.url });
    const kinds: string[] = [];
    for await (const item of newest.tail('orders', { from: 'start' }).items()) {
      if (item.kind === 'live') break;
      kinds.push(item.kind);
      if (item.kind !== 'message' || item.message.event !== 'placed') continue;
      expect(placed3.safeParse(item.message.payload).success).toBe(true);
    }
    expect(kinds).toEqual(Array.from({ length: 5 * ROUNDS }, () => 'message'));
    await Promise.all([newest, ...all.map(({ queue }) => queue)].map((queue) => queue.close()));
    await server.close();
  });
});

describe('clients whose contract differs', () => {
  it('are known to the server while they are connected, also after it started again', async () => {
    let server = await startTestServer({ contract: two, dataDir });
    const port = Number(new URL(server.url).port);
    const older = connect(one, { url: server.url, name: 'older' });
    older.on('contract:differs', () => undefined);
    await older.subscribe('orders', { group: 'g' }, () => undefined).ready;
    const operator = connect(two, { url: server.url });
    const differing = async (count: number) => {
      for (;;) {
        const { clients } = await operator.admin.differingClients('orders');
        if (clients.length === count) return clients;
        await setTimeout(5);
      }
    };
    const expected = {
      client: 'older',
      groups: ['g'],
      clash: false,
      events: [{ event: 'cancelled' }, { event: 'placed' }],
    };
    expect(await differing(1)).toMatchObject([expected]);
    await server.close();
    server = await startTestServer({ contract: two, dataDir, port });
    expect(await differing(1)).toMatchObject([expected]);
    await older.close();
    expect(await differing(0)).toEqual([]);
    await operator.close();
    await server.close();
  });
});

describe('a client that requires its contract', () => {
  it('is refused by a subscription, a tail and a publish that do not fit', async () => {
    const server = await serve(two);
    const strict = defineContract({ orders: defineQueue('orders', { events: { placed: placed3 } }) });
    const clash = z.strictObject({ id: z.number() });
    const clashing = defineContract({ orders: defineQueue('orders', { events: { placed: clash } }) });
    const [reader, writer] = [
      connect(strict, { url: server.url, requireContract: true }),
      connect(clashing, { url: server.url, requireContract: true }),
    ];
    const errors: string[] = [];
    reader.on('error', ({ error }) => errors.push(error.code));
    const mismatch = { code: 'contract_mismatch', retryable: false };
    await expect(reader.subscribe('orders', { group: 'g' }, () => undefined).ready).rejects.toMatchObject(
      mismatch,
    );
    expect(errors).toEqual(['contract_mismatch']);
    await expect(reader.tail('orders').ready).rejects.toMatchObject(mismatch);
    await expect(writer.publish('orders', 'placed', { id: 1 })).rejects.toMatchObject(mismatch);
    await expect(writer.publish('orders', 'placed', { id: 2 })).rejects.toMatchObject(mismatch);
    expect(await reader.admin.groups('orders')).toEqual([]);
    expect(await reader.publish('orders', 'placed', { id: 'a', note: 'b' }).catch(() => 'refused')).toBe(
      'refused',
    );
    await Promise.all([reader.close(), writer.close()]);
    await server.close();
  });

  it('is refused by a server with the same contract where JSON Schema cannot say it, with what to do', async () => {
    const named = z.strictObject({ id: z.string().refine((id) => id !== '') });
    const contract = defineContract({
      orders: defineQueue('orders', { events: { placed: named, paid: z.strictObject({ id: z.string() }) } }),
    });
    const server = await serve(contract);
    const queue = connect(contract, { url: server.url, requireContract: true });
    const refused = {
      code: 'contract_mismatch',
      message: expect.stringMatching(
        /unknown \(\/properties\/id: undecidable\)\. Equal schemas are refused as well/,
      ),
    };
    await expect(queue.publish('orders', 'placed', { id: 'a' })).rejects.toMatchObject(refused);
    const { ready } = queue.subscribe('orders', { group: 'g', events: ['paid'] }, () => undefined);
    await expect(ready).resolves.toBeUndefined();
    await queue.close();
    await server.close();
  });

  it('uses what fits as any other', async () => {
    const server = await serve(two);
    const queue = connect(two, { url: server.url, requireContract: true });
    const handled: number[] = [];
    await queue.subscribe('orders', { group: 'g' }, ({ seq }) => void handled.push(seq)).ready;
    const receipts = [1, 2, 3].map((n) => queue.publish('orders', 'placed', { id: `${n}` }));
    expect((await Promise.all(receipts)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    while (handled.length < 3) await setTimeout(5);
    await queue.close();
    await server.close();
  });
});
