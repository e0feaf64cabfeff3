import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, defineContract, defineQueue, type SystemContract } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import * as z from 'zod';
import { startTestServer } from './testing.js';

const { files, database } = contract;
const filesOnly = defineContract({ files });
const databaseOnly = defineContract({ database });
const seen = { model: 'product', id: '1', count: 1 };

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'server-contract-'));
});

afterEach(() => rm(dataDir, { recursive: true }));

/** Serves the folder with a contract, and gives back every warning of the log. */
const serving = async (
  served: typeof filesOnly | typeof databaseOnly | SystemContract,
  use: (queue: QueueClient<SystemContract>) => Promise<unknown>,
): Promise<unknown[]> => {
  const warnings: unknown[] = [];
  const logger = pino({ level: 'warn' }, { write: (line) => warnings.push(JSON.parse(line)) });
  const server = await startTestServer({ dataDir, contract: served, logger });
  const queue = connect(contract, { url: server.url });
  await use(queue);
  await queue.close();
  await server.close();
  return warnings;
};

const consume = (queue: QueueClient<SystemContract>): Promise<number> =>
  new Promise((resolve) => {
    queue.subscribe('database', { group: 'test' }, (message) => resolve(message.seq));
  });

describe('a stored queue that the contract lacks', () => {
  it('is kept with its groups, not served, and warned of at each start', async () => {
    await serving(contract, async (queue) => {
      await queue.publish('database', 'read', seen);
      expect(await consume(queue)).toBe(1);
    });
    const before = await serving(contract, (queue) => queue.publish('database', 'read', seen));
    expect(before).toEqual([]);

    for (let start = 0; start < 2; start++) {
      const warnings = await serving(filesOnly, async (queue) => {
        await expect(queue.publish('database', 'read', seen)).rejects.toMatchObject({
          code: 'queue_unknown',
          message: expect.stringContaining('there are files'),
        });
      });
      expect(warnings).toMatchObject([
        { queues: ['database'], msg: 'queues that the contract lacks are kept, but not served: database' },
      ]);
    }

    const after = await serving(databaseOnly, async (queue) => {
      expect(await consume(queue)).toBe(2);
      expect(await queue.publish('database', 'read', seen)).toMatchObject({ seq: 3 });
    });
    expect(after).toMatchObject([{ queues: ['files'] }]);
  });
});

describe('a schema that may change payloads', () => {
  it('is named at the start, and where', async () => {
    const trimmed = z.strictObject({ id: z.string().trim() });
    const placed = z.strictObject({ id: z.string() });
    const orders = defineQueue('orders', { events: { placed, trimmed } });
    const warnings: unknown[] = [];
    const logger = pino({ level: 'warn', base: null }, { write: (line) => warnings.push(JSON.parse(line)) });
    const server = await startTestServer({ dataDir, contract: { orders }, logger });
    await server.close();
    expect(warnings).toEqual([
      {
        level: 40,
        time: expect.any(Number),
        queue: 'orders',
        event: 'trimmed',
        pointer: '/properties/id',
        reason: 'a transformation',
        msg: expect.stringMatching(
          /^a schema may change payloads: .* those that it would change are refused$/,
        ),
      },
    ]);
  });
});
