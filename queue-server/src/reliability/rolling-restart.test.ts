import { describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { startServerProcess } from '../running-server.fixture.js';
import { type Handled } from './loss-checker.js';
import { expectNothingLost } from './nothing-lost.fixture.js';

const RESTARTS = 3;
const KEYS = 20;
/** How many messages are handled before each restart, and after the last. */
const MESSAGES_BETWEEN = 200;

describe('a server that is restarted under load', () => {
  it('fails no publish, counts no failed attempt, and keeps the order of each key', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'rolling-'));
    const port = await freePort();
    let server = await startServerProcess(port, dataDir);
    const reconnect = { minDelayMs: 10, maxDelayMs: 50 };
    const openClient = () => connect(contract, { url: server.url, reconnect });
    const [publisher, ...consumers] = [openClient(), openClient(), openClient()];

    const handled: Handled[] = [];
    for (const consumer of consumers) {
      consumer.subscribe('database', { group: 'workers', concurrency: 8 }, async (message, { attempt }) => {
        const { seq, headers } = message;
        handled.push({ seq, attempt, key: headers.key ?? '', at: performance.now() });
        await setTimeout(5);
      });
    }
    const published = new Map<number, { key: string }>();
    const receipts: Promise<void>[] = [];
    const stop = new AbortController();
    const publishing = (async () => {
      for (let n = 0; !stop.signal.aborted; n++) {
        const key = `key-${n % KEYS}`;
        const payload = { model: 'product', id: String(n), count: 1 };
        const receipt = publisher.publish('database', 'read', payload, { headers: { key } });
        receipts.push(receipt.then(({ seq }) => void published.set(seq, { key })));
        if (n % 2 === 0) await setTimeout(1);
      }
    })();
    const handleMore = async (): Promise<void> => {
      const goal = handled.length + MESSAGES_BETWEEN;
      while (handled.length < goal) await setTimeout(5);
    };
    for (let restarts = 0; restarts < RESTARTS; restarts++) {
      await handleMore();
      expect(await server.end('SIGTERM')).toBe(0);
      server = await startServerProcess(port, dataDir);
    }
    await handleMore();
    stop.abort();
    await publishing;
    await Promise.all(receipts);
    const depth = async () => (await publisher.admin.groups('database'))[0]?.depth;
    while ((await depth()) !== 0) await setTimeout(50);

    expect(published.size).toBe(receipts.length);
    expectNothingLost(published, handled);
    expect(handled.filter(({ attempt }) => attempt > 1)).toEqual([]);
    expect(handled).toHaveLength(receipts.length);
    await Promise.all([publisher, ...consumers].map((client) => client.close()));
    await server.end('SIGTERM');
    await rm(dataDir, { recursive: true });
  });
});
