import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, type SystemContract } from '@typed-queue/contracts';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import { matchers } from '@typed-queue/queue-server/testing/jest';
import { FakeQueue } from './fake-queue.fixture.js';
import { runWith } from './run.fixture.js';

expect.extend(matchers);

let queue: TestQueue<SystemContract>;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-writer-'));
  queue = await startTestQueue(contract);
});

afterEach(async () => {
  await queue.close();
  await rm(folder, { recursive: true });
});

describe('the file writer at a real server', () => {
  it('publishes a save with bytes and checksum for each file, and an error for one that is missing', async () => {
    const notes = join(folder, 'notes.txt');
    await writeFile(notes, 'grüße\n');
    const run = await runWith(new FakeQueue(), {
      args: ['missing.txt', 'notes.txt'],
      cwd: folder,
      connect: () => queue.connect(),
    });
    expect(run.exitCode).toBe(1);
    expect(await readFile(notes, 'utf8')).toBe('GRÜSSE\n');
    expect(queue.published('files').map(({ event }) => event)).toEqual(['error', 'save']);
    const error = { path: join(folder, 'missing.txt'), operation: 'read', code: 'ENOENT' };
    expect(queue).toHavePublished('files', 'error', expect.objectContaining(error));
    const sha256 = createHash('sha256').update('GRÜSSE\n').digest('hex');
    expect(queue).toHavePublished(
      'files',
      'save',
      expect.objectContaining({ path: notes, bytes: 8, sha256 }),
    );
  });
});
