import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, type FilesMessage, type SystemContract } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { FakeQueue } from './fake-queue.fixture.js';
import { runWith } from './run.fixture.js';

let server: TestServer;
let consumer: QueueClient<SystemContract>;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-writer-'));
  server = await startTestServer();
  consumer = connect(contract, { url: server.url });
});

afterEach(async () => {
  await consumer.close();
  await server.close();
  await rm(folder, { recursive: true });
});

/** Resolves with the first `count` messages of the queue. */
const published = (count: number): Promise<FilesMessage[]> =>
  new Promise((resolve) => {
    const messages: FilesMessage[] = [];
    consumer.subscribe('files', { group: 'test' }, (message) => {
      messages.push(message);
      if (messages.length === count) resolve(messages);
    });
  });

describe('the file writer at a real server', () => {
  it('publishes a save with bytes and checksum for each file, and an error for one that is missing', async () => {
    const notes = join(folder, 'notes.txt');
    await writeFile(notes, 'grüße\n');
    const run = await runWith(new FakeQueue(), {
      args: ['missing.txt', 'notes.txt'],
      cwd: folder,
      connect: () => connect(contract, { url: server.url }),
    });
    expect(run.exitCode).toBe(1);
    expect(await readFile(notes, 'utf8')).toBe('GRÜSSE\n');
    expect(await published(2)).toMatchObject([
      { event: 'error', payload: { path: join(folder, 'missing.txt'), operation: 'read', code: 'ENOENT' } },
      {
        event: 'save',
        payload: { path: notes, bytes: 8, sha256: createHash('sha256').update('GRÜSSE\n').digest('hex') },
      },
    ]);
  });
});
