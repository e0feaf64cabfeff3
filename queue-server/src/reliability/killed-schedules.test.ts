import { expect, it } from '@jest/globals';
import { contract, type ScheduledReceipt } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { startServerProcess } from '../running-server.fixture.js';
import { seededRandom } from './seeded-random.js';

const MESSAGES = 3_000;
const KILLS = 10;
const LONGEST_DELAY_MS = 5_000;
const LAST = 'last';

it(`${MESSAGES} messages that are published later, while the server is killed again and again: each comes once, none is lost or early`, async () => {
  const random = seededRandom(20_261_129);
  const dataDir = await mkdtemp(join(tmpdir(), 'schedules-'));
  const port = await freePort();
  let server = await startServerProcess(port, dataDir);
  const client = connect(contract, { url: server.url, reconnect: { minDelayMs: 10, maxDelayMs: 50 } });
  client.on('connection:failed', () => undefined);

  const receipts = new Map<string, ScheduledReceipt>();
  const scheduling = Promise.all(
    Array.from({ length: MESSAGES }, async (_, n) => {
      await setTimeout(random.below(3_000));
      const payload = { model: 'order', id: String(n), count: 1 };
      const deliverAt = Date.now() + random.below(LONGEST_DELAY_MS);
      receipts.set(String(n), await client.publish('database', 'read', payload, { deliverAt }));
    }),
  );
  const times = new Map<string, number[]>();
  const reading = (async () => {
    for await (const message of client.tail('database', { from: 'start' })) {
      if (message.event !== 'read') continue;
      const id = 'id' in message.payload ? message.payload.id : '';
      if (id === LAST) return;
      times.set(id, [...(times.get(id) ?? []), message.time]);
    }
  })();
  for (let kills = 0; kills < KILLS; kills++) {
    const goal = Math.min(MESSAGES, times.size + MESSAGES / KILLS / 2);
    while (times.size < goal) await setTimeout(1);
    await server.end('SIGKILL');
    server = await startServerProcess(port, dataDir);
  }
  await scheduling;
  while (times.size < MESSAGES) await setTimeout(1);
  // What would come a second time is due before it.
  await client.publish('database', 'read', { model: 'order', id: LAST, count: 1 }, { delayMs: 0 });
  await reading;
  expect([...times.values()].filter(({ length }) => length !== 1)).toEqual([]);
  const early = [...times].filter(([id, [time = 0]]) => time < (receipts.get(id)?.dueAt ?? Infinity));
  expect(early).toEqual([]);
  expect((await client.admin.scheduled.list('database')).messages).toEqual([]);

  await client.close();
  await server.end('SIGTERM');
  await rm(dataDir, { recursive: true });
});
