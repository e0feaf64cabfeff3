import { expect, it } from '@jest/globals';
import { call, defineContract, defineQueue } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import * as z from 'zod';
import { startTestServer } from './testing.js';

const durable = call({ input: z.int(), output: z.int(), timeoutMs: 60_000, durable: true });
const both = defineContract({
  stock: defineQueue('stock', { events: { reserve: durable, ship: durable } }),
});
const one = defineContract({ stock: defineQueue('stock', { events: { reserve: durable } }) });

it('durable calls that the contract no longer declares are warned of, and answered when it declares them again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'undeclared-calls-'));
  const lines: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line) => lines.push(line) });

  const first = await startTestServer({ contract: both, dataDir });
  const caller = connect(both, { url: first.url });
  caller.serve('stock', { ship: (input) => input }, { calls: ['ship'] });
  await caller.call('stock', 'ship', 1, { id: 'answered' });
  await caller.close();
  const waiting = connect(both, { url: first.url });
  const { answer } = waiting.call('stock', 'ship', 2, { id: 'waiting' });
  while ((await waiting.admin.services('stock'))[1]?.waiting !== 1);
  await waiting.close({ timeoutMs: 1 });
  await answer;
  await first.close();

  const second = await startTestServer({ contract: one, dataDir, logger });
  const other = connect(one, { url: second.url });
  other.serve('stock', { reserve: (input) => input });
  expect(await other.call('stock', 'reserve', 3)).toBe(3);
  await other.close();
  await second.close();
  expect(lines.join()).toContain(
    'durable calls of \\"stock\\" that the contract lacks are kept, but not answered: ship (1)',
  );

  const third = await startTestServer({ contract: both, dataDir });
  const again = connect(both, { url: third.url });
  again.serve('stock', { ship: (input) => 10 * input }, { calls: ['ship'] });
  expect(await again.attach('stock', 'ship', 'waiting')).toBe(20);
  await again.close();
  await third.close();
  await rm(dataDir, { recursive: true });
});
