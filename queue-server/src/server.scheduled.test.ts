import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, defineContract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { restore } from './backup/restore.js';
import { plainClient } from './plain-client.fixture.js';
import { startTestServer, type TestServer } from './testing.js';

const HOUR = 3_600_000;
const payload = { model: 'order', id: '17', count: 1 };

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scheduled-'));
});
afterEach(() => rm(root, { recursive: true }));

/** The ids of what waits for `database`. */
const waitingAt = async (server: TestServer): Promise<readonly string[]> => {
  const client = connect(contract, { url: server.url });
  const { messages } = await client.admin.scheduled.list('database');
  await client.close();
  return messages.map(({ id }) => id);
};

const schedule = async (server: TestServer): Promise<string> => {
  const client = connect(contract, { url: server.url });
  const { id } = await client.publish('database', 'read', payload, { delayMs: HOUR });
  await client.close();
  return id;
};

describe('what is scheduled', () => {
  it('is in a backup, and waits on where that is restored', async () => {
    const server = await startTestServer({ dataDir: join(root, 'running', 'queue') });
    const id = await schedule(server);
    const response = await fetch(`${server.url}/backup`, { method: 'POST' });
    const backup = join(root, 'backup.tar');
    await writeFile(backup, new Uint8Array(await response.arrayBuffer()));
    await server.close();
    await restore(backup, join(root, 'restored'));
    const restored = await startTestServer({ dataDir: join(root, 'restored', 'queue') });
    expect(await waitingAt(restored)).toEqual([id]);
    await restored.close();
  });

  it('for a queue that the contract no longer has is warned of, and kept until it has it again', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line) => lines.push(line) });
    const first = await startTestServer({ dataDir: root });
    const id = await schedule(first);
    await first.close();
    const { files } = contract;
    const second = await startTestServer({ dataDir: root, contract: defineContract({ files }), logger });
    await second.close();
    expect(lines.join()).toContain(
      'scheduled messages for queues that the contract lacks are kept, but not published: database (1)',
    );
    expect(lines.join()).not.toContain('server.schedule');
    const third = await startTestServer({ dataDir: root });
    expect(await waitingAt(third)).toEqual([id]);
    await third.close();
  });

  it('again and again for a queue that the contract no longer has is warned of, with what to do', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line) => lines.push(line) });
    const first = await startTestServer({ dataDir: root });
    const client = connect(contract, { url: first.url });
    const yearly = { cron: '0 0 1 1 *', queue: 'database', event: 'read', payload } as const;
    await client.admin.schedules.put('yearly', yearly);
    await client.close();
    await first.close();
    const { files } = contract;
    const second = await startTestServer({ dataDir: root, contract: defineContract({ files }), logger });
    await second.close();
    const warned = lines.filter((line) => line.includes('"schedules"'));
    expect(warned.map((line): unknown => JSON.parse(line))).toMatchObject([
      {
        level: 40,
        schedules: [{ name: 'yearly', queue: 'database' }],
        msg:
          'schedules for queues that the contract lacks make no runs: yearly (database). Serve a contract that has ' +
          'the queues: the schedules go on then, and can be deleted',
      },
    ]);
  });

  it('is bounded: one more is refused for now, with advice', async () => {
    const server = await startTestServer({ dataDir: root, maxScheduled: 1 });
    await schedule(server);
    const client = await plainClient(server.url);
    const message = { event: 'read', payload, delayMs: HOUR };
    expect(await client.refusal('schedule', 'database', message)).toMatchObject({
      code: 'overloaded',
      retryable: true,
      message: expect.stringContaining('MAX_SCHEDULED'),
      details: { limit: 1 },
    });
    client.socket.disconnect();
    await server.close();
  });

  it('is no queue: nobody can use the log in which it waits', async () => {
    const server = await startTestServer({ dataDir: root });
    await schedule(server);
    const client = await plainClient(server.url);
    const tail = { subscription: 't', queue: 'server.schedule', from: 'start' };
    expect(await client.refusal('tail', tail)).toMatchObject({ code: 'queue_unknown' });
    expect(JSON.stringify(await client.value('queues'))).not.toContain('server.schedule');
    client.socket.disconnect();
    await server.close();
  });
});
