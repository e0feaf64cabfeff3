import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { after } from '@typed-queue/program';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import * as z from 'zod';
import { book } from '../repository/mongoose/documents.fixture.js';
import { openTestDatabase, type TestDatabase } from '../repository/mongoose/database.fixture.js';
import { quietClient, silent } from './queue.fixture.js';
import { publishingProducts } from './shop.fixture.js';
import { until } from './until.fixture.js';
import { startOutbox, type RunningOutbox } from './start-outbox.js';

const orders = defineQueue('orders', { events: { placed: z.strictObject({ id: z.string() }) } });

describe('an outbox at a server whose contract has no queue "database"', () => {
  let database: TestDatabase;
  let server: TestServer;
  let outbox: RunningOutbox;
  const warnings: unknown[] = [];
  let attempts = 0;

  beforeAll(async () => {
    server = await startTestServer({ storage: 'memory', contract: defineContract({ orders }) });
    database = await openTestDatabase();
    const openQueue = () => {
      attempts++;
      return quietClient(server.url);
    };
    const logger = { ...silent, warn: (details: unknown) => void warnings.push(details) };
    const timing = { after, elapsed: () => performance.now(), pollMs: 1 };
    outbox = await startOutbox({ database, openQueue, logger, ...timing });
  });
  afterAll(async () => {
    await outbox.close();
    await database.close();
    await server.close();
  });

  it('warns once, however often it tries again', async () => {
    await until(async () => attempts > 4);
    expect(warnings).toEqual([
      {
        err: expect.objectContaining({ code: 'queue_unknown', message: expect.stringContaining('CONTRACT') }),
      },
    ]);
  });

  it('keeps the events of changes, and parks none', async () => {
    await publishingProducts(database, outbox.publisher).create(book());
    const known = attempts;
    await until(async () => attempts > known);
    expect(await outbox.status()).toMatchObject({
      depth: 1,
      parked: 0,
      fault: { message: expect.stringContaining('no queue "database"') },
    });
  });
});
