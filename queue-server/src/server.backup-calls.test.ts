import { expect, it } from '@jest/globals';
import { connect } from '@typed-queue/queue-client';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { restore } from './backup/restore.js';
import { startTestServer } from './testing.js';
import { stock } from './transport/stock.fixture.js';

it('a backup has the durable calls and their answers: they go on where it is restored', async () => {
  const root = await mkdtemp(join(tmpdir(), 'backup-calls-'));
  const server = await startTestServer({ contract: stock, dataDir: join(root, 'running', 'queue') });
  const client = connect(stock, { url: server.url });
  const serving = client.serve('stock', { order: () => 7 }, { calls: ['order'] });
  await client.call('stock', 'order', { sku: 'tea' }, { id: 'answered' });
  await serving.close();
  const { answer } = client.call('stock', 'order', { sku: 'tea' }, { id: 'pending' });
  while (((await client.admin.services('stock'))[2]?.waiting ?? 0) === 0);
  const response = await fetch(`${server.url}/backup`, { method: 'POST' });
  const backup = join(root, 'backup.tar');
  await writeFile(backup, new Uint8Array(await response.arrayBuffer()));
  await client.close({ timeoutMs: 1 });
  await answer;
  await server.close();

  await restore(backup, join(root, 'restored'));
  const dataDir = join(root, 'restored', 'queue');
  const restored = await startTestServer({ contract: stock, dataDir });
  const other = connect(stock, { url: restored.url });
  expect(await other.attach('stock', 'order', 'answered')).toBe(7);
  other.serve('stock', { order: () => 8 }, { calls: ['order'] });
  expect(await other.attach('stock', 'order', 'pending')).toBe(8);
  await other.close();
  await restored.close();
  await rm(root, { recursive: true });
});
