import { expect, it } from '@jest/globals';
import { contract, newId } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { plainClient } from '../plain-client.fixture.js';
import { freePort } from './free-port.js';
import { startServerProcess } from '../running-server.fixture.js';
import { chainOf, ChainWriter, storedChain } from './event-chain.fixture.js';

const KILLS = 3;
const WRITERS = 8;
const EVENTS_BETWEEN = 60;

it('loses no update of eight writers of one key, and names no resend a conflict, whenever the server is killed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'writers-'));
  const port = await freePort();
  let server = await startServerProcess(port, dataDir);
  const clients = Array.from({ length: WRITERS }, () => {
    const client = connect(contract, { url: server.url, reconnect: { minDelayMs: 10, maxDelayMs: 50 } });
    client.on('connection:failed', () => undefined);
    return client;
  });
  const writers = clients.map((client, n) => new ChainWriter(client, `writer ${n}`));
  const acked = (): number => writers.reduce((sum, writer) => sum + writer.acked.size, 0);
  let over = false;
  const writing = Promise.all(
    writers.map(async (writer, n) => {
      for (let round = n; !over; round++) await writer.add('one', 1 + (round % 3));
    }),
  );
  for (let kills = 0; kills < KILLS; kills++) {
    const goal = acked() + EVENTS_BETWEEN;
    while (acked() < goal) await setTimeout(1);
    await server.end('SIGKILL');
    server = await startServerProcess(port, dataDir);
  }
  over = true;
  await writing;
  const [reader] = clients;
  const stored = await storedChain(reader ?? connect(contract, { url: server.url }));
  expect([...stored.values()]).toEqual(chainOf(new Map([['one', acked()]])));
  expect(writers.reduce((sum, { conflicts }) => sum + conflicts, 0)).toBeGreaterThan(0);
  await Promise.all(clients.map((client) => client.close()));
  await server.end('SIGTERM');
  await rm(dataDir, { recursive: true });
});

it('knows after a kill what was stored before it: that is a duplicate with its first seq, and no conflict', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'writers-'));
  const port = await freePort();
  let server = await startServerProcess(port, dataDir);
  const payload = { model: 'order', id: '17', count: 1 };
  const first = { event: 'read', payload, headers: { key: '17' }, id: newId() };
  const next = { ...first, id: newId() };
  const before = await plainClient(server.url);
  await before.value('publish:expected', 'database', [first], 0);
  await before.value('publish:expected', 'database', [next], 1);
  before.socket.disconnect();
  await server.end('SIGKILL');
  server = await startServerProcess(port, dataDir);
  const after = await plainClient(server.url);
  expect(await after.value('publish:expected', 'database', [first], 0)).toMatchObject({
    messages: [{ seq: 1, duplicate: true }],
  });
  const another = { ...first, id: newId() };
  expect(await after.refusal('publish:expected', 'database', [another], 0)).toMatchObject({
    code: 'seq_conflict',
    details: { expectedSeq: 0, actualSeq: 2, key: '17' },
  });
  after.socket.disconnect();
  await server.end('SIGTERM');
  await rm(dataDir, { recursive: true });
});
